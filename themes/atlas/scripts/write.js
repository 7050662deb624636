// The form that writes a case study or an idea, or changes a case study. Nothing is sent: the text is copied, downloaded, or handed to
// the git host's own form in the address.
import { buildCombobox } from "./combobox.js";
import { element } from "./dom.js";
import { editFile, literal, renderField, renderFile } from "./front-matter.js";
import { compareMeans, compareShares, gradeEvidence } from "./measure.js";
import { fetchJson, formatNumber, formatSignedPercent, language, root } from "./site.js";
import { format } from "./texts.js";

/** Milliseconds after the last key before the text is written anew. */
const PAUSE = 150;
/** The longest title in characters, as the check `title-too-long`. */
const MAX_TITLE_LENGTH = 120;
/** Fields of one text that have room for several lines. */
const LONG_TEXTS = new Set(["summary", "hypothesis", "description", "declined_reason", "reason"]);
/** What new records begin with. */
const FIRST_VALUES = { "case-study": { status: "planned" }, idea: { status: "new" } };

const page = document.querySelector("[data-write]");
const plurals = new Intl.PluralRules(language);
const query = new URLSearchParams(location.search);
let data, say, schedule;
let lastId = 0;

const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const t = (key, values = {}) => fill(data.texts[key] ?? key, values);
const tn = (key, n) => fill(data.texts[key][plurals.select(n)] ?? data.texts[key].other, { n: formatNumber(n) });
const newId = () => `write-${(lastId += 1)}`;
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** The number that a text stands for, with a decimal point or comma; null where it is none, or where a comma may part thousands. */
function readNumber(text) {
  const plain = text.trim().replace(/^[+]/, "").replace("−", "-");
  if (!/^-?\d+([.,]\d+)?$/.test(plain) || /^-?[1-9]\d{0,2},\d{3}$/.test(plain)) return null;
  return Number(plain.replace(",", "."));
}

const isDay = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString?.().startsWith(text);

/** What is wrong with a text of a kind, as the key of a message; null where nothing is. */
function findFault(kind, text) {
  if (text === "") return null;
  if (kind === "number") return readNumber(text) === null ? "problem_number" : null;
  if (kind === "count") return /^\d+$/.test(text) ? null : "problem_count";
  if (kind === "day") {
    try {
      return isDay(text) ? null : "problem_day";
    } catch {
      return "problem_day";
    }
  }
  if (kind === "duration") return /^\d+\s*[dwmy]$/.test(text) ? null : "problem_duration";
  if (kind === "tag") return /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text) ? null : "problem_tag";
  if (kind === "address") return URL.canParse(text) && /^https?:/.test(text) ? null : "problem_address";
  if (kind === "any") return lines(text).every((line) => /^[^:]+:\s*\S/.test(line)) ? null : "problem_own";
  return null;
}

/** The entries that a field may name, as the suggestions of its box. */
function suggestions(list) {
  if (list === "cases" || list === "ideas") return data[list].map(({ id, title }) => ({ id, label: title, note: id }));
  return data.terms[list].map(({ id, label, names }) => ({ id, label, note: label === id ? null : id, names }));
}

/** The language of the help, which is written in English alone; null where the page has the same. */
const helpLanguage = language.startsWith("en") ? null : "en";

/** A heading for one control: its label, whether it is needed, and its help. */
function buildLabel(field, forId, helpId) {
  const need = query.has("edit") ? "" : field.required === "always" ? t("required") : field.required === "completed" ? t("required_completed") : "";
  const label = element("label", { for: forId }, field.label, need && element("span", { class: "write-need" }, ` (${need})`));
  const more = { texts: t("one_per_line"), any: t("own_fields_hint"), image: t("image_hint") }[field.kind];
  // Help that only repeats the label is left out.
  const meaning = field.help.replaceAll("`", "");
  const isRepeated = meaning === "" || meaning === `${field.label}.`;
  const help = element("p", { class: "hint", id: helpId, hidden: isRepeated && !more }, !isRepeated && element("span", { lang: helpLanguage, dir: "ltr" }, meaning), more && ` ${more}`);
  return [label, help];
}

/** A control with one box: `get` gives its raw text or list, `value` what stands in front matter. */
function buildSimple(field) {
  const [id, helpId] = [newId(), newId()];
  const common = { id, "aria-describedby": helpId, "aria-required": field.required === "always" && "true", "data-field": field.name, autocomplete: "off" };
  let input;
  if (field.kind === "keyword" || field.kind === "flag") {
    const words = field.kind === "flag" ? [["true", t("yes")], ["false", t("no")]] : field.words;
    input = element("select", common, element("option", { value: "" }, t("choose")), words.map(([word, label]) => element("option", { value: word }, label)));
  } else if (field.kind === "texts" || field.kind === "any" || LONG_TEXTS.has(field.name)) {
    input = element("textarea", { ...common, rows: 3, dir: "auto" });
  } else {
    const modes = { number: "decimal", count: "numeric", address: "url" };
    input = element("input", { ...common, type: field.kind === "day" ? "date" : "text", inputmode: modes[field.kind], dir: field.kind === "text" ? "auto" : null });
  }
  const [label, help] = buildLabel(field, id, helpId);
  const read = () => input.value.replaceAll("\r\n", "\n").trim();
  input.addEventListener(input.tagName === "SELECT" ? "change" : "input", () => schedule());
  return {
    field,
    input,
    node: element("div", { class: "write-field" }, label, help, input),
    get: () => input.value,
    set: (value) => (input.value = Array.isArray(value) ? value.join("\n") : value ?? ""),
    isEmpty: () => read() === "",
    value() {
      const text = read();
      if (text === "") return undefined;
      if (field.kind === "texts") return lines(text).length > 1 ? lines(text) : lines(text)[0];
      if (field.kind === "any") return Object.fromEntries(lines(text).map((line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()]));
      if (findFault(field.kind, text)) return text;
      if (field.kind === "number") return literal(readNumber(text));
      if (["count", "day", "flag"].includes(field.kind)) return literal(text);
      return text.split("\n").map((line) => line.trimEnd()).join("\n");
    },
    *problems() {
      const fault = findFault(field.kind, read());
      if (fault) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      if (fault) yield { isError: true, text: t(fault, { label: field.label }), input };
      if (field.name === "title" && [...read()].length > MAX_TITLE_LENGTH) yield { isError: false, text: t("problem_title"), input };
    },
  };
}

/** A control that chooses entries of a list. */
function buildChoice(field) {
  const helpId = newId();
  const box = buildCombobox({
    entries: suggestions(field.list),
    label: field.label,
    describedBy: helpId,
    isSingle: field.kind === "one",
    isFree: field.kind === "several-or-address" || field.list === "metrics",
    isRequired: field.required === "always",
    texts: { remove: (label) => t("remove", { label }), chosen: (label) => t("chosen", { label }), removed: (label) => t("removed", { label }), options: (n) => tn("options", n), noOptions: t("no_options") },
    say: (text) => say(text),
    onChange: () => schedule(),
  });
  box.input.dataset.field = field.name;
  const [label, help] = buildLabel(field, box.input.id, helpId);
  const value = () => (box.get().length === 0 ? undefined : field.kind === "one" ? box.get()[0] : box.get());
  return {
    field,
    input: box.input,
    node: element("div", { class: "write-field" }, label, help, box.node),
    get: () => box.get(),
    set: (values) => box.set([values ?? []].flat()),
    isEmpty: () => box.get().length === 0,
    value,
    *problems() {},
  };
}

/** A control of several fields, which together are one map. */
function buildMap(field, legend = field.label, isPart = false) {
  const parts = field.entries.map(buildControl);
  const node = element("fieldset", { class: "write-map" }, element("legend", {}, legend), !isPart && element("p", { class: "hint", lang: helpLanguage }, field.help), parts.map((part) => part.node));
  return {
    field,
    node,
    parts,
    input: parts[0].input,
    get: () => Object.fromEntries(parts.filter((part) => !part.isEmpty()).map((part) => [part.field.name, part.get()])),
    set: (values) => parts.forEach((part) => part.set(values?.[part.field.name])),
    isEmpty: () => parts.every((part) => part.isEmpty()),
    value() {
      const entries = parts.map((part) => [part.field.name, part.value()]).filter(([, value]) => value !== undefined);
      return entries.length ? Object.fromEntries(entries) : undefined;
    },
    *problems() {
      for (const part of parts) {
        yield* part.problems();
        if (part.field.required === "always" && part.isEmpty() && !this.isEmpty()) yield { isError: true, text: t("problem_needed", { label: `${legend}, ${part.field.label}` }), input: part.input };
      }
    },
  };
}

/** A control of any number of maps; with `hasTags` each stands under a language tag. */
function buildMaps(field, hasTags) {
  let items = [];
  const holder = element("div", { class: "write-items" });
  const tagField = { name: "tag", label: t("tag"), help: "", kind: "tag", required: "always" };
  const shown = hasTags ? { ...field, entries: [tagField, ...field.entries] } : field;
  const add = element("button", { type: "button", class: "button", onclick: () => push(true) }, t("add", { label: field.label }));
  function push(isFocused) {
    const number = items.length + 1;
    const item = buildMap(shown, `${field.label} ${formatNumber(number)}`, true);
    const remove = element("button", { type: "button", class: "button quiet", onclick: () => {
      items = items.filter((other) => other !== item);
      item.node.remove();
      schedule();
      add.focus();
    } }, t("remove", { label: `${field.label} ${formatNumber(number)}` }));
    item.node.append(remove);
    items.push(item);
    holder.append(item.node);
    if (isFocused) item.input.focus();
    return item;
  }
  const node = element("fieldset", { class: "write-maps" }, element("legend", {}, field.label), element("p", { class: "hint", lang: helpLanguage }, field.help), holder, add);
  return {
    field,
    node,
    input: add,
    push: () => push(false),
    items: () => items,
    get: () => items.map((item) => item.get()),
    set(values) {
      items = [];
      holder.replaceChildren();
      for (const value of values ?? []) push(false).set(value);
    },
    isEmpty: () => items.every((item) => item.isEmpty()),
    value() {
      const values = items.map((item) => item.value()).filter(Boolean);
      if (values.length === 0) return undefined;
      if (!hasTags) return values;
      return Object.fromEntries(values.map(({ tag, ...entries }) => [tag ?? "", entries]));
    },
    *problems() {
      for (const item of items) yield* item.problems();
    },
  };
}

function buildControl(field) {
  if (field.kind === "map") return buildMap(field);
  if (field.kind === "maps" || field.kind === "maps-by-language") return buildMaps(field, field.kind !== "maps");
  return ["one", "several", "several-or-address"].includes(field.kind) ? buildChoice(field) : buildSimple(field);
}

/** The slug of a text, as `casebook new` makes the name of a file of it. */
function toSlug(text) {
  const plain = text.normalize("NFC").replace(/['’]/g, "").replaceAll("İ", "i").toLowerCase();
  return plain.replace(/[^\p{Alphabetic}\p{N}\p{M}\u200c\u200d]+/gu, "-").replace(/^[-\p{M}\u200c\u200d]+|-+$/gu, "");
}

/** Encodes a path for an address, each part alone. */
const encodePath = (path) => path.split("/").map(encodeURIComponent).join("/");

/** The address of a form of the git host for a path. */
function hostAddress(pattern, path) {
  const encoded = encodePath(path);
  return pattern.replace("{path}", () => encoded).replace("{folder}", () => encoded.slice(0, encoded.lastIndexOf("/")));
}

/** The draft in the browser's storage; every operation does nothing where there is none. */
function openDraft(name) {
  const key = `casebook-write ${root.pathname} ${name}`;
  const attempt = (work) => {
    try {
      return work() ?? true;
    } catch {
      return null;
    }
  };
  return {
    read: () => attempt(() => JSON.parse(localStorage.getItem(key)) ?? undefined),
    write: (values) => attempt(() => localStorage.setItem(key, JSON.stringify(values))),
    discard: () => attempt(() => localStorage.removeItem(key)),
  };
}

/** The calculator: two arms in; lift, interval and evidence grade out. */
function buildCalculator(controls) {
  const box = (label) => {
    const id = newId();
    const input = element("input", { id, type: "text", inputmode: "decimal", autocomplete: "off" });
    return { input, node: element("div", {}, element("label", { for: id }, label), input), get: () => readNumber(input.value) };
  };
  const arms = [t("arm_control"), t("arm_variant")].map((legend) => {
    const boxes = { people: box(t("people")), conversions: box(t("conversions")), mean: box(t("mean")), deviation: box(t("deviation")), number: box(t("number")) };
    return { boxes, node: element("fieldset", {}, element("legend", {}, legend), Object.values(boxes).map(({ node }) => node)) };
  });
  const kindId = newId();
  const kind = element("select", { id: kindId }, element("option", { value: "share" }, t("figures_share")), element("option", { value: "mean" }, t("figures_mean")));
  const result = element("p", { class: "write-result", role: "status" });
  const grade = element("p", { class: "hint" });
  const formula = element("p", { class: "hint", dir: "ltr" });
  const use = element("button", { type: "button", class: "button", disabled: true }, t("calculate_use"));
  let found = null;
  const percent = (value) => fill(format.percent, { n: formatNumber(value) });
  const primary = () => controls.results.items().find((item) => item.get().role === "primary");
  function update() {
    const isShare = kind.value === "share";
    for (const { boxes } of arms) for (const [name, { node }] of Object.entries(boxes)) node.hidden = ["people", "conversions"].includes(name) !== isShare;
    formula.textContent = t(isShare ? "formula_share" : "formula_mean");
    const level = readNumber(controls.confidence_level?.get() ?? "") || 95;
    const [control, variant] = arms.map(({ boxes }) => Object.fromEntries(Object.entries(boxes).map(([name, { get }]) => [name, get()])));
    found = isShare ? compareShares(control, variant, level) : compareMeans(control, variant, level);
    use.disabled = !found;
    result.textContent = found ? t("lift_is", { lift: formatSignedPercent(found.lift), level: percent(level), low: formatSignedPercent(found.low), high: formatSignedPercent(found.high) }) : t("calculate_not");
    grade.textContent = "";
    if (!found) return;
    found.sample = isShare ? control.people + variant.people : control.number + variant.number;
    found.isShare = isShare;
    const graded = gradeEvidence({ method: controls.method?.get(), hasFigures: true, hasInterval: true, hasSample: true, hasSource: Boolean(primary()?.get().source) }, data.randomised);
    const lacks = graded.missing.map((name) => t(`lack_${name}`)).join(format.list);
    grade.textContent = `${t("grade_is", { grade: graded.grade })}. ${lacks ? t("grade_missing", { parts: lacks }) : ""}`;
  }
  use.addEventListener("click", () => {
    const item = primary() ?? controls.results.push();
    const before = item.get();
    const unit = data.terms.metrics.find(({ id }) => id === before.metric?.[0])?.unit;
    const factor = found.isShare && unit !== "ratio" ? 100 : 1;
    const exact = (value) => String(Number((value * factor).toPrecision(6)));
    const short = (value) => String(Number(value.toFixed(2)));
    item.set({ ...before, role: "primary", control: exact(found.control), variant: exact(found.variant), lift: short(found.lift), lift_type: "relative", ci_low: short(found.low), ci_high: short(found.high) });
    if (controls.sample_size?.isEmpty()) controls.sample_size.set(String(found.sample));
    schedule();
    say(t("calculate_used"));
    item.input.focus();
  });
  const node = element("div", { class: "write-calculator card ground" }, element("h3", {}, t("calculator")), element("p", { class: "hint" }, t("calculator_hint")), element("div", { class: "write-field" }, element("label", { for: kindId }, t("figures")), kind), element("div", { class: "write-arms" }, arms.map((arm) => arm.node)), result, grade, use, element("details", { class: "disclose" }, element("summary", {}, t("calculate_formula")), formula));
  node.addEventListener("input", update);
  update();
  return { node, update };
}

function build() {
  const edited = query.has("edit") ? data.cases.find(({ id }) => id === query.get("edit")) : undefined;
  const isUnknown = ["edit", "adapt"].some((name) => query.has(name) && !data.cases.some(({ id }) => id === query.get(name)));
  const kindId = query.get("kind") === "idea" && !edited ? "idea" : "case-study";
  const kind = data.kinds[kindId];
  const status = element("p", { class: "unseen", role: "status" });
  say = (text) => (status.textContent = text);

  const title = document.querySelector("[data-write-title]");
  if (edited) title.textContent = t("title_edit", { title: edited.title });
  else if (kindId === "idea") title.textContent = page.dataset.idea;

  // Fields, in groups; those of a report first.
  const controls = {};
  const fields = kind.groups.flatMap((group) => group.fields);
  for (const field of fields) controls[field.name] = buildControl(field);
  let groups = kind.groups.map(({ id, fields }) => [id, fields.map(({ name }) => name)]);
  if (edited) {
    const isLater = (name) => !kind.report.includes(name);
    groups = [["report", kind.report], ...groups.map(([id, names]) => [id, names.filter(isLater)])].filter(([, names]) => names.length);
  }
  const calculator = controls.results && buildCalculator(controls);
  const nearest = element("div", { "data-nearest": true });
  const sections = groups.map(([id, names], index) => {
    const nodes = names.flatMap((name) => (name === "results" ? [calculator.node, controls.results.node] : [controls[name].node]));
    if (index === 0) return element("section", { class: "write-group", "aria-labelledby": "write-first" }, element("h2", { id: "write-first" }, t(`group_${id}`)), nodes);
    return element("details", { class: "write-group" }, element("summary", {}, element("h2", {}, t(`group_${id}`))), nodes);
  });
  if (!edited) sections.splice(1, 0, nearest);

  // The body: a box for each suggested heading in the language of the record.
  const headingsNow = () => {
    const tag = (controls.language?.get() || data.language).split("-")[0];
    return kind.body ? [t("body_text")] : data.headings[tag] ?? data.headings.en;
  };
  const bodies = headingsNow().map((heading) => {
    const id = newId();
    const label = element("label", { for: id }, heading);
    const input = element("textarea", { id, rows: 5, dir: "auto", "data-body": true });
    input.addEventListener("input", () => schedule());
    return { label, input, node: element("div", { class: "write-field" }, label, input) };
  });
  const bodySection = element("details", { class: "write-group" }, element("summary", {}, element("h2", {}, t("group_body"))), element("p", { class: "hint" }, t("body_hint")), bodies.map(({ node }) => node));
  if (!edited) sections.splice(3, 0, bodySection);

  // The text of an edited file, which its author pastes, because the site does not publish it.
  const pasteId = newId();
  const pasted = element("textarea", { id: pasteId, rows: 6, dir: "auto", spellcheck: "false", "aria-describedby": `${pasteId}-help`, "data-paste": true });
  pasted.addEventListener("input", () => schedule());
  const editAddress = edited && data.host.edit ? hostAddress(data.host.edit, edited.path) : null;
  const pasteSection = edited && element("section", { class: "write-group" }, element("p", { class: "note" }, t("edit_hint")), element("div", { class: "write-field" }, element("label", { for: pasteId }, t("edit_paste")), element("p", { class: "hint", id: `${pasteId}-help` }, t("edit_paste_hint"), " ", editAddress && element("a", { href: editAddress, target: "_blank", rel: "noopener" }, t("open_edit"))), pasted));

  // What comes out.
  const problems = element("div", { class: "write-problems" });
  const path = element("code", { "data-path": true });
  const pathLine = element("p", {}, !edited && `${t("out_path")} `, path);
  const note = element("p", { class: "hint" });
  const code = element("code", { "data-text": true, tabindex: 0, role: "group", "aria-label": t(edited ? "out_lines" : "out"), dir: "ltr" });
  const filesNote = element("div", {});
  const copy = element("button", { type: "button", class: "button", "data-take": "copy" }, t("copy"));
  const download = element("a", { class: "button", "data-take": "download" }, t("download"));
  const hostLink = element("a", { class: "button first", target: "_blank", rel: "noopener", "data-take": "host" }, t(edited ? "open_edit" : "open_new"));
  const hostNote = element("p", { class: "hint" });
  const draftNote = element("p", { class: "hint", "data-draft": true });
  const discard = element("button", { type: "button", class: "button quiet", "data-discard": true }, t("discard"));
  const outTitle = element("h2", { id: "write-out" }, t(edited ? "out_lines" : "out"));
  const out = element("section", { class: "write-out", "aria-labelledby": "write-out" }, outTitle, problems, pathLine, note, element("pre", {}, code), filesNote, element("div", { class: "write-take" }, hostLink, copy, download), hostNote, element("div", { class: "write-take" }, draftNote, discard));

  const valuesOf = () => fields.map(({ name }) => [name, controls[name].value()]).filter(([, value]) => value !== undefined);
  const rank = (name) => kind.order.findIndex((keys) => keys[0] === name);
  const draft = openDraft(`${edited ? `edit ${edited.id}` : kindId} ${edited ? "" : location.search}`);
  let current = { path: "", text: "" };

  /** Folder and name of the file: a new one that no record has. */
  function filePath() {
    if (edited) return [edited.path, false];
    const folder = kindId === "idea" ? kind.folder : `${kind.folder}${toSlug(controls.markets.get()[0] ?? "") || "global"}/`;
    const name = [...(toSlug(controls.title.get()) || kindId)].slice(0, 80).join("").replace(/-+$/, "");
    const taken = new Set(kindId === "idea" ? data.ideas.map(({ id }) => `${kind.folder}${id}.md`) : data.cases.map((record) => record.path));
    let [number, suffix] = [1, ""];
    while (taken.has(`${folder}${name}${suffix}.md`)) suffix = `-${(number += 1)}`;
    return [`${folder}${name}${suffix}.md`, number > 1];
  }

  function bodyText() {
    if (kind.body) return bodies[0].input.value.trim() ? `${bodies[0].input.value.replaceAll("\r\n", "\n").trim()}\n` : `${kind.body}\n`;
    const parts = headingsNow().map((heading, index) => [`## ${heading}`, bodies[index].input.value.replaceAll("\r\n", "\n").trim()].filter(Boolean).join("\n\n"));
    return `${parts.join("\n\n")}\n`;
  }

  function* findProblems() {
    const isCompleted = controls.status.get() === "completed";
    for (const field of fields) {
      const control = controls[field.name];
      yield* control.problems();
      if (edited || !control.isEmpty()) continue;
      if (field.required === "always") yield { isError: true, text: t("problem_needed", { label: field.label }), input: control.input };
      if (field.required === "completed" && isCompleted) yield { isError: false, text: t("problem_completed", { label: field.label }), input: control.input };
    }
    const [start, end] = [controls.start?.get(), controls.end?.get()];
    if (start && end && end < start) yield { isError: true, text: t("problem_order"), input: controls.end.input };
    const results = controls.results?.get() ?? [];
    if (!edited && results.length && !results.some(({ role }) => role === "primary")) yield { isError: false, text: t("problem_primary"), input: controls.results.input };
  }

  function showProblems() {
    const found = [...findProblems()];
    const part = (isError, key) => {
      const some = found.filter((problem) => problem.isError === isError);
      const link = ({ text, input }) => element("li", {}, element("a", { href: `#${(input.id ||= newId())}`, onclick: (event) => {
        event.preventDefault();
        input.closest("details")?.setAttribute("open", "");
        input.focus();
      } }, text));
      return some.length > 0 && element("div", { class: isError ? "note attention" : "note" }, element("div", {}, element("strong", {}, tn(key, some.length)), element("ul", {}, some.map(link))));
    };
    problems.replaceChildren(...[part(true, "problems"), part(false, "hints")].filter(Boolean));
  }

  /** The files that the text names, which have to be added beside it. */
  function filesToAdd() {
    const names = [controls.cover?.value(), ...(controls.variants?.get() ?? []).map(({ image }) => image)];
    for (const { input } of bodies) for (const [, name] of input.value.matchAll(/!\[[^\]]*\]\(\s*<?([^)\s>]+)/g)) names.push(name);
    return [...new Set(names.filter((name) => name && !/^([a-z]+:|\/)/i.test(name)))];
  }

  function compose() {
    const values = valuesOf();
    values.sort(([a], [b]) => rank(a) - rank(b));
    const [where, isTaken] = filePath();
    let text;
    note.textContent = isTaken ? t("out_exists") : "";
    if (edited) {
      text = values.map(([key, value]) => renderField(key, value)).join("");
      note.textContent = t("out_lines_hint");
      outTitle.textContent = t("out_lines");
      if (pasted.value.trim()) {
        try {
          const whole = editFile(pasted.value, values, kind.order, ["results"]);
          if (whole !== null) {
            text = whole;
            outTitle.textContent = t("out");
            note.textContent = "";
          } else note.textContent = t("edit_unreadable");
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          note.textContent = t("edit_flow");
        }
      }
    } else text = renderFile(values, bodyText());
    current = { path: where, text };
    path.textContent = where;
    code.textContent = text;
    const files = filesToAdd();
    filesNote.replaceChildren(...(files.length ? [element("p", {}, t("files")), element("ul", {}, files.map((name) => element("li", {}, element("code", {}, name))))] : []));
    URL.revokeObjectURL(download.href);
    download.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
    download.download = where.slice(where.lastIndexOf("/") + 1);
    const pattern = edited ? data.host.edit : data.host.new;
    hostLink.hidden = !pattern;
    let isFilled = false;
    if (pattern) {
      let address = hostAddress(pattern, where);
      const filled = !edited && data.host.text_key ? `${address}&${data.host.text_key}=${encodeURIComponent(text)}` : null;
      isFilled = filled !== null && filled.length <= data.host.limit;
      if (isFilled) address = filled;
      hostLink.href = address;
    }
    hostLink.dataset.filled = String(isFilled);
    hostNote.textContent = t(!pattern ? "host_none" : isFilled ? "filled" : "paste");
    bodies.forEach(({ label }, index) => (label.textContent = headingsNow()[index]));
    calculator?.update();
    showProblems();
  }

  async function copyText() {
    try {
      await navigator.clipboard.writeText(current.text);
      say(t("copied"));
      hostNote.textContent = t("copied");
    } catch {
      getSelection().selectAllChildren(code);
      say(t("copy_failed"));
      hostNote.textContent = t("copy_failed");
    }
  }
  copy.addEventListener("click", copyText);
  hostLink.addEventListener("click", () => hostLink.dataset.filled !== "true" && copyText());

  const stateOf = () => ({ fields: Object.fromEntries(fields.filter(({ name }) => !controls[name].isEmpty()).map(({ name }) => [name, controls[name].get()])), bodies: bodies.map(({ input }) => input.value) });
  function restore(state) {
    for (const { name } of fields) controls[name].set(state.fields?.[name]);
    bodies.forEach(({ input }, index) => (input.value = state.bodies?.[index] ?? ""));
  }

  /** What the address asks for: fields by any of their keys, an idea, a study to adapt. */
  function firstState() {
    const values = edited ? {} : { ...FIRST_VALUES[kindId] };
    const study = data.cases.find(({ id }) => id === query.get("adapt"));
    const idea = kindId === "case-study" && data.ideas.find(({ id }) => id === query.get("idea"));
    if (edited) return { fields: values };
    if (study) Object.assign(values, { adapted_from: [study.id], channels: study.channels, tactics: study.tactics, objective: study.objective });
    if (idea) Object.assign(values, { idea: [idea.id], title: idea.title, markets: idea.markets, channels: idea.channels, tactics: idea.tactics, objective: idea.objective, hypothesis: idea.hypothesis });
    for (const [name, value] of query) {
      const key = name === "group" ? "markets" : kind.order.find((keys) => keys.includes(name))?.[0];
      const control = key && controls[key];
      if (!control || control.parts || control.items || key === "idea") continue;
      values[key] = control.field.kind.startsWith("several") ? [...(query.getAll(name)[0] === value ? [] : values[key] ?? []), value] : value;
    }
    return { fields: values };
  }

  let timer;
  let showNearest;
  schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      compose();
      draftNote.textContent = t(draft.write(stateOf()) ? "kept" : "kept_not");
      askNearest();
    }, PAUSE);
  };
  function askNearest() {
    showNearest?.(nearest, { heading: t("nearest"), title: controls.title?.get() ?? "" });
  }
  discard.addEventListener("click", () => {
    if (!confirm(t("discard_sure"))) return;
    clearTimeout(timer);
    draft.discard();
    restore(firstState());
    pasted.value = "";
    compose();
    draftNote.textContent = t("discarded");
    say(t("discarded"));
  });

  const kept = draft.read();
  const isRestored = typeof kept === "object" && kept !== null;
  restore(isRestored ? kept : firstState());
  if (isRestored) draftNote.textContent = t("restored");

  const choice = (id, label) => element("a", { href: id === "idea" ? "?kind=idea" : "?", "aria-current": id === kindId && "page" }, label);
  const kinds = !edited && element("nav", { class: "switch", "aria-label": t("kinds") }, choice("case-study", t("case_study")), choice("idea", t("idea")));
  const adapted = !edited && data.cases.find(({ id }) => id === query.get("adapt"));
  const notes = [isUnknown && t("unknown_record"), adapted && t("adapting", { title: adapted.title })].filter(Boolean).map((text) => element("p", { class: "note" }, text));
  const form = element("form", { class: "write-form", novalidate: true, onsubmit: (event) => event.preventDefault() }, kinds, notes, sections[0], pasteSection, sections.slice(1));
  page.replaceChildren(form, out, status);
  compose();
  // The search engine is loaded for a new record alone.
  if (!edited) {
    import("./nearest.js").then((module) => {
      ({ showNearest } = module);
      askNearest();
    }, () => nearest.remove());
  }
}

fetchJson(page.dataset.write).then(
  (file) => {
    data = file;
    build();
  },
  () => (page.querySelector("[data-write-loading]").textContent = page.dataset.failed),
);
