// The form that writes or changes a case study or an idea. Nothing is sent: the text is copied, downloaded, or handed to the git host's
// own form in the address.
import { buildCombobox } from "./combobox.js";
import { element } from "./dom.js";
import { bodyOf, editFile, literal, renderField, renderFile, replaceBody } from "./front-matter.js";
import { diffLines, shortenDiff } from "./line-diff.js";
import { compareMeans, compareShares, gradeEvidence } from "./measure.js";
import { fetchJson, formatNumber, formatSignedPercent, language, root } from "./site.js";
import { format } from "./texts.js";
import { checkRecord, gainOf } from "./write-checks.js";

/** Milliseconds after the last key before the text is written anew. */
const PAUSE = 150;
/** The longest title in characters, as the check `title-too-long`. */
const MAX_TITLE_LENGTH = 120;
/** Fields of one text that have room for several lines. */
const LONG_TEXTS = new Set(["summary", "hypothesis", "description", "declined_reason", "reason"]);
/** Entries of a result that few studies have, which stand apart. */
const RARE_ENTRIES = new Set(["local", "baseline", "lift_type", "p_value", "chance_to_win", "indexed"]);
/** What new records begin with. */
const FIRST_VALUES = { "case-study": { status: "planned" }, idea: { status: "new" } };

const page = document.querySelector("[data-write]");
const plurals = new Intl.PluralRules(language);
const query = new URLSearchParams(location.search);
let data, say, schedule;
/** Case studies and ideas, which are loaded when they are first needed; null before. */
let records = null;
/** The file that is edited, with the values of its fields; null where it is not published. */
let source = null;
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

/** Loads the case studies and ideas that fields may name. */
const loadRecords = () =>
  fetchJson(data.records).then((file) => {
    records = file;
    return file;
  });

/** Path of the file of a record below the hub's root. */
const pathOf = (record, kindId) => record.path ?? `${data.kinds[kindId].folder}${record.id}.md`;

const isRecordList = (list) => list === "cases" || list === "ideas";

/** The entries that a field may name, as the suggestions of its box; none before they are loaded. */
function suggestions(list) {
  if (isRecordList(list)) return (records?.[list] ?? []).map(({ id, title }) => ({ id, label: title, note: id }));
  return data.terms[list].map(({ id, label, names }) => ({ id, label, note: label === id ? null : id, names }));
}

/** The language of the help, which is written in English alone; null where the page has the same. */
const helpLanguage = language.startsWith("en") ? null : "en";

/** A heading for one control: its label, whether it is needed, and its help. */
function buildLabel(field, forId, helpId) {
  const need = query.has("edit") && !source ? "" : field.required === "always" ? t("required") : field.required === "completed" ? t("required_completed") : "";
  const label = element("label", { for: forId }, field.label, need && element("span", { class: "write-need" }, ` (${need})`));
  const more = { texts: t("one_per_line"), any: t("own_fields_hint"), image: t("image_hint") }[field.kind];
  // Help that only repeats the label is left out.
  const meaning = field.help.replaceAll("`", "");
  const isRepeated = meaning === "" || meaning === `${field.label}.`;
  const help = element("p", { class: "hint", id: helpId, hidden: isRepeated && !more }, !isRepeated && element("span", { lang: helpLanguage, dir: "ltr" }, meaning), more && ` ${more}`);
  return [label, help];
}

/** Name and value of a line such as `name: value`. */
const splitLine = (line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()];
/** A value of the hub's own fields: a number or a flag as such, anything else as text. */
const anyLiteral = (text) => (/^(-?(0|[1-9]\d*)(\.\d+)?|true|false)$/.test(text) ? literal(text) : text);

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
    set(value) {
      const text = Array.isArray(value) ? value.join("\n") : value ?? "";
      // A word of the file that is none of the list is shown as it is.
      if (source && input.tagName === "SELECT" && text && ![...input.options].some((option) => option.value === text)) input.append(element("option", { value: text }, text));
      input.value = text;
    },
    isEmpty: () => read() === "",
    change() {
      const value = this.value();
      if (field.kind !== "any" || value === undefined) return { value };
      const former = new Set(lines(this.first ?? ""));
      const entries = lines(input.value).filter((line) => !former.has(line)).map(splitLine);
      const names = lines(input.value).map((line) => splitLine(line)[0]);
      const removed = [...former].map((line) => splitLine(line)[0]).filter((name) => !names.includes(name));
      return { entries: [...entries.map(([name, text]) => [name, { value: anyLiteral(text) }]), ...removed.map((name) => [name, { value: undefined }])], added: value };
    },
    value() {
      const text = read();
      if (text === "") return undefined;
      if (field.kind === "texts") return lines(text).length > 1 ? lines(text) : lines(text)[0];
      if (field.kind === "any") return Object.fromEntries(lines(text).map(splitLine).map(([name, value]) => [name, anyLiteral(value)]));
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
    load: isRecordList(field.list) && !records && (() => loadRecords().then(() => suggestions(field.list))),
    keepsUnknown: source !== null,
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
    change: () => ({ value: value() }),
    *problems() {},
  };
}

/** Remembers what a control has, so that a change of it is known. */
function mark(control) {
  control.first = snapshot(control);
  control.mark?.();
}
const snapshot = (control) => (control.parts || control.items ? JSON.stringify(control.get()) : [control.get()].flat().join("\n").replaceAll("\r\n", "\n").trim());
/** Whether a control has something else than when it was marked. */
const isChanged = (control) => snapshot(control) !== control.first;

/** A control of several fields, which together are one map. */
function buildMap(field, legend = field.label, isPart = false) {
  const parts = field.entries.map(buildControl);
  const [rare, usual] = [true, false].map((isRare) => parts.filter((part) => isPart && RARE_ENTRIES.has(part.field.name) === isRare));
  const more = rare.length > 0 && element("details", { class: "disclose" }, element("summary", {}, t("more_entries")), element("div", { class: "write-more" }, rare.map((part) => part.node)));
  const shown = isPart ? usual : parts;
  const node = element("fieldset", { class: "write-map" }, element("legend", {}, legend), !isPart && element("p", { class: "hint" }, element("span", { lang: helpLanguage, dir: "ltr" }, field.help.replaceAll("`", ""))), shown.map((part) => part.node), more);
  return {
    field,
    node,
    parts,
    input: parts[0].input,
    get: () => Object.fromEntries(parts.filter((part) => !part.isEmpty()).map((part) => [part.field.name, part.get()])),
    set(values) {
      parts.forEach((part) => part.set(values?.[part.field.name]));
      if (more) more.open = rare.some((part) => !part.isEmpty());
    },
    isEmpty: () => parts.every((part) => part.isEmpty()),
    value() {
      const entries = parts.map((part) => [part.field.name, part.value()]).filter(([, value]) => value !== undefined);
      return entries.length ? Object.fromEntries(entries) : undefined;
    },
    mark: () => parts.forEach(mark),
    change() {
      const entries = parts.filter(isChanged).map((part) => [part.field.name, part.change()]);
      const within = { entries, order: parts.map((part) => [part.field.name]), added: this.value() };
      // Without the file, entries that are not shown may be in it.
      return source || this.isEmpty() ? { ...within, value: this.value() } : within;
    },
    *problems() {
      for (const part of parts) {
        yield* part.problems();
        if (part.field.required === "always" && part.isEmpty() && !this.isEmpty()) yield { isError: true, text: t("problem_needed", { label: `${legend}, ${part.field.label}` }), input: part.input };
      }
    },
  };
}

/**
 * The items of a draft for a file that has changed since: `former` is what the file had when the draft was written. What was changed,
 * added or removed in the draft is so in the items of now; what is in the file meanwhile is not added again.
 */
function mergeItems(control, drafted, former) {
  if (!control.items || !drafted || former === undefined || former === control.first) return drafted;
  const plain = ({ [ORIGIN]: _, ...item }) => JSON.stringify(item);
  const [old, now] = [former, control.first].map((items) => JSON.parse(items));
  const texts = now.map(plain);
  const merged = [...now];
  for (const item of drafted) {
    if (texts.includes(plain(item))) continue;
    const origin = item[ORIGIN];
    const at = old[origin] ? texts.indexOf(plain(old[origin])) : -1;
    if (at >= 0) merged[at] = { ...item, [ORIGIN]: at };
    else merged.push({ ...item, [ORIGIN]: undefined });
  }
  const removed = old.filter((_, number) => !drafted.some((item) => item[ORIGIN] === number)).map(plain);
  return merged.filter((item) => !removed.includes(plain(item)));
}

/** The key under which the number of an item in the file stands among its values. */
const ORIGIN = "#";

/** A control of any number of maps; with `hasTags` each stands under a language tag. */
function buildMaps(field, hasTags) {
  let items = [];
  /** The items that are in the file, in its order. */
  let origins = [];
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
  const node = element("fieldset", { class: "write-maps", "data-maps": field.name }, element("legend", {}, field.label), element("p", { class: "hint" }, element("span", { lang: helpLanguage, dir: "ltr" }, field.help.replaceAll("`", ""))), holder, add);
  return {
    field,
    node,
    input: add,
    push: () => push(false),
    items: () => items,
    // The number of an item in the file stands under a key that no field has.
    get: () => items.map((item) => ({ ...item.get(), ...(item.origin === undefined ? {} : { [ORIGIN]: item.origin }) })),
    set(values) {
      items = [];
      holder.replaceChildren();
      for (const value of values ?? []) {
        const item = push(false);
        item.origin = value[ORIGIN];
        item.set(value);
      }
    },
    mark() {
      origins = items.map((item, number) => {
        item.origin = number;
        mark(item);
        return item;
      });
      this.first = snapshot(this);
    },
    change() {
      const added = items.filter((item) => item.origin === undefined && !item.isEmpty());
      const gone = origins.map((_, number) => number).filter((number) => !items.some((item) => item.origin === number && !item.isEmpty()));
      const changed = items.filter((item) => item.origin !== undefined && !item.isEmpty()).filter((item) => snapshot(item) !== origins[item.origin].first);
      // A draft that was restored has other items; what they had in the file is known from the first ones.
      const changeOf = (item) => {
        const former = JSON.parse(origins[item.origin].first);
        const parts = item.parts.filter((part) => JSON.stringify(former[part.field.name] ?? null) !== JSON.stringify(part.isEmpty() ? null : part.get()));
        const entries = parts.map((part) => [part.field.name, part.parts ? part.change() : { value: part.value() }]);
        return { entries, order: item.parts.map((part) => [part.field.name]), value: item.value() };
      };
      const whole = source ? { value: this.value() } : {};
      if (!hasTags) return { ...whole, items: new Map([...gone.map((number) => [number, null]), ...changed.map((item) => [item.origin, changeOf(item)])]), added: added.map((item) => item.value()), count: source ? origins.length : null };
      const tagOf = (item) => item.get().tag ?? "";
      const formerTag = (number) => JSON.parse(origins[number].first).tag ?? "";
      const withoutTag = ({ tag: _, ...entries }) => entries;
      const renamed = changed.filter((item) => tagOf(item) !== formerTag(item.origin));
      const entries = [...gone, ...renamed.map((item) => item.origin)].map((number) => [formerTag(number), { value: undefined }]);
      for (const item of changed.filter((other) => !renamed.includes(other))) {
        const change = changeOf(item);
        entries.push([tagOf(item), { ...change, entries: change.entries.filter(([name]) => name !== "tag"), value: withoutTag(change.value) }]);
      }
      for (const item of [...renamed, ...added]) entries.push([tagOf(item), { value: withoutTag(item.value()) }]);
      return { ...whole, entries, added: this.value() };
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
      if (hasTags) {
        const tags = items.map((item) => (item.get().tag ?? "").toLowerCase());
        const second = items.find((item, at) => tags[at] && tags.indexOf(tags[at]) < at);
        if (second) yield { isError: true, text: t("problem_tag_twice"), input: second.input };
      }
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

/** The names that Windows keeps for devices. */
const DEVICE_NAMES = /^(con|prn|aux|nul|com\d|lpt\d)$/;
/** The longest name of a file, in characters and in bytes. */
const MAX_NAME = { characters: 80, bytes: 200 };

/** A slug that is short enough for the name of a file. */
function shorten(slug) {
  let letters = [...slug].slice(0, MAX_NAME.characters);
  while (new TextEncoder().encode(letters.join("")).length > MAX_NAME.bytes) letters = letters.slice(0, -1);
  return letters.join("").replace(/-+$/, "");
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

/** The terms of metrics by id. */
const metrics = () => new Map(data.terms.metrics.map((term) => [term.id, term]));

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
    const metric = primary()?.get().metric?.[0];
    const gain = gainOf({ metric: [metric], lift: String(found.lift) }, Number, metrics());
    const direction = gain === null || gain === 0 ? "" : ` ${t(gain > 0 ? "gain_better" : "gain_worse")}`;
    grade.textContent = `${t("grade_is", { grade: graded.grade })}. ${lacks ? t("grade_missing", { parts: lacks }) : ""}${direction}`;
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
  const heading = element("h3", {}, t("calculator"));
  const node = element("div", { class: "write-calculator card ground" }, heading, element("p", { class: "hint" }, t("calculator_hint")), element("div", { class: "write-field" }, element("label", { for: kindId }, t("figures")), kind), element("div", { class: "write-arms" }, arms.map((arm) => arm.node)), result, grade, use, element("details", { class: "disclose" }, element("summary", {}, t("calculate_formula")), formula));
  node.addEventListener("input", update);
  update();
  // Beside results that are there, the calculator waits.
  const hasLift = source?.values.results?.some(({ lift }) => lift);
  if (!hasLift) return { node, update };
  heading.remove();
  return { node: element("details", { class: "disclose" }, element("summary", {}, t("calculator")), node), update };
}

/** The record that the address names, and the kind of the form: `{kindId, edited, isUnknown}`. */
function readAddress() {
  const find = (list, name) => (query.has(name) && records?.[list].find(({ id }) => id === query.get(name))) || null;
  const isIdea = query.get("kind") === "idea";
  const [study, idea] = [find("cases", "edit"), find("ideas", "edit")];
  const edited = isIdea ? idea ?? study : study ?? idea;
  const kindId = edited ? (edited === idea ? "idea" : "case-study") : isIdea ? "idea" : "case-study";
  return { kindId, edited, isUnknown: (query.has("edit") && !edited) || (query.has("adapt") && !find("cases", "adapt")) };
}

function build({ kindId, edited, isUnknown }, isSourceMissing) {
  const kind = data.kinds[kindId];
  const status = element("p", { class: "unseen", role: "status" });
  say = (text) => (status.textContent = text);

  const title = document.querySelector("[data-write-title]");
  if (edited) title.textContent = t(kindId === "idea" ? "title_edit_idea" : "title_edit", { title: edited.title });
  else if (kindId === "idea") title.textContent = page.dataset.idea;

  // Fields, in groups; those of a report first.
  const controls = {};
  // What the form cannot show of a file stays as it is.
  const isKept = (field) => source?.kept.includes(field.name) ?? false;
  const allFields = kind.groups.flatMap((group) => group.fields);
  const fields = allFields.filter((field) => !isKept(field));
  for (const field of fields) controls[field.name] = buildControl(field);
  let groups = kind.groups.map(({ id, fields }) => [id, fields.map(({ name }) => name)]);
  if (edited) {
    const isLater = (name) => !kind.report.includes(name);
    groups = [["report", kind.report], ...groups.map(([id, names]) => [id, names.filter(isLater)])].filter(([, names]) => names.length);
  }
  const calculator = controls.results && buildCalculator(controls);
  const nearest = element("div", { "data-nearest": true });
  const sections = groups.map(([id, names], index) => {
    const nodes = names.flatMap((name) => {
      if (!controls[name]) return [element("p", { class: "hint" }, element("strong", {}, allFields.find((field) => field.name === name).label), ` ${t("kept_field")}`)];
      return name === "results" ? [calculator.node, controls.results.node] : [controls[name].node];
    });
    if (index === 0) return element("section", { class: "write-group", "aria-labelledby": "write-first" }, element("h2", { id: "write-first" }, t(`group_${id}`)), nodes);
    return element("details", { class: "write-group" }, element("summary", {}, element("h2", {}, t(`group_${id}`))), nodes);
  });
  if (!edited) sections.splice(1, 0, nearest);

  // The body: a box for each suggested heading in the language of the record.
  const headingsNow = () => {
    const tag = (controls.language?.get() || data.language).split("-")[0];
    return kind.body || edited ? [t("body_text")] : data.headings[tag] ?? data.headings.en;
  };
  const bodies = headingsNow().map((heading) => {
    const id = newId();
    const label = element("label", { for: id }, heading);
    const input = element("textarea", { id, rows: edited ? 16 : 5, dir: "auto", "data-body": true });
    input.addEventListener("input", () => schedule());
    return { label, input, node: element("div", { class: "write-field" }, label, input) };
  });
  const bodySection = element("details", { class: "write-group" }, element("summary", {}, element("h2", {}, t("group_body"))), element("p", { class: "hint" }, t(edited ? "body_edit_hint" : "body_hint")), bodies.map(({ node }) => node));
  if (!edited || source) sections.splice(3, 0, bodySection);

  // The text of an edited file: where the site does not publish it, or it has changed since, its author pastes it.
  const pasteId = newId();
  const pasted = element("textarea", { id: pasteId, rows: 6, dir: "auto", spellcheck: "false", "aria-describedby": `${pasteId}-help`, "data-paste": true });
  pasted.addEventListener("input", () => schedule());
  const editAddress = edited && data.host.edit ? hostAddress(data.host.edit, pathOf(edited, kindId)) : null;
  const editLink = editAddress && element("a", { href: editAddress, target: "_blank", rel: "noopener" }, t("open_edit"));
  const pasteField = element("div", { class: "write-field" }, element("label", { for: pasteId }, t("edit_paste")), element("p", { class: "hint", id: `${pasteId}-help` }, t(source ? "paste_current_hint" : "edit_paste_hint"), " ", editLink), pasted);
  const missing = isSourceMissing ? "source_failed" : edited && data.sources && !edited.source ? "source_withheld" : null;
  const pasteSection = edited && (source
    ? element("details", { class: "disclose write-group", "data-paste-section": true }, element("summary", {}, t("paste_current")), pasteField)
    : element("section", { class: "write-group" }, element("p", { class: "note" }, missing && `${t(missing)} `, t("edit_hint")), pasteField));
  const builtNote = source && element("p", { class: "note", "data-built": true }, element("span", {}, t("built", { day: data.built_day }), " ", editLink?.cloneNode(true)));

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
  const diff = element("pre", { class: "write-diff", "data-diff": true, tabindex: 0, role: "group", "aria-label": t("changes"), dir: "ltr" });
  const text = element("pre", {}, code);
  const whole = source ? [diff, element("details", { class: "disclose" }, element("summary", {}, t("whole")), text)] : text;
  const take = element("div", { class: "write-take" }, hostLink, copy, download);
  const out = element("section", { class: "write-out", "aria-labelledby": "write-out" }, outTitle, problems, pathLine, note, whole, filesNote, take, hostNote, element("div", { class: "write-take" }, draftNote, discard));

  const valuesOf = () => fields.map(({ name }) => [name, controls[name].value()]).filter(([, value]) => value !== undefined);
  const rank = (name) => kind.order.findIndex((keys) => keys[0] === name);
  const changed = () => fields.filter(({ name }) => isChanged(controls[name])).map(({ name }) => name);
  /** What the form changes in a file, in the order of its fields. */
  const changesOf = () => changed().sort((a, b) => rank(a) - rank(b)).map((name) => [name, controls[name].change()]);
  let firstBody = "";
  const isBodyChanged = () => source !== null && bodies[0].input.value !== firstBody;
  const draft = openDraft(edited ? `edit ${kindId} ${edited.id}` : `${kindId} ${location.search}`);
  let current = { path: "", text: "" };

  /** Folder and name of the file: a new one that no record has. */
  function filePath() {
    if (edited) return [pathOf(edited, kindId), false];
    const folder = kindId === "idea" ? kind.folder : `${kind.folder}${toSlug(controls.markets.get()[0] ?? "") || "global"}/`;
    const slug = shorten(toSlug(controls.title.get())) || kindId;
    // Windows keeps some names for devices.
    const name = DEVICE_NAMES.test(slug) ? `${slug}-${kindId}` : slug;
    // Until the records are loaded, no name is known to be taken.
    if (!records && !controls.title.isEmpty()) loadRecords().then(compose, () => {});
    const taken = new Set((kindId === "idea" ? records?.ideas : records?.cases)?.map((record) => pathOf(record, kindId).toLowerCase()));
    let [number, suffix] = [1, ""];
    while (taken.has(`${folder}${name}${suffix}.md`.toLowerCase())) suffix = `-${(number += 1)}`;
    return [`${folder}${name}${suffix}.md`, number > 1];
  }

  function bodyText() {
    if (kind.body) return bodies[0].input.value.trim() ? `${bodies[0].input.value.replaceAll("\r\n", "\n").trim()}\n` : `${kind.body}\n`;
    const parts = headingsNow().map((heading, index) => [`## ${heading}`, bodies[index].input.value.replaceAll("\r\n", "\n").trim()].filter(Boolean).join("\n\n"));
    return `${parts.join("\n\n")}\n`;
  }

  function* findProblems() {
    // Of a file that is not known, what is missing is not known either.
    const isKnown = !edited || source !== null;
    const isCompleted = controls.status?.get() === "completed";
    for (const field of fields) {
      const control = controls[field.name];
      yield* control.problems();
      if (!isKnown || !control.isEmpty()) continue;
      if (field.required === "always") yield { isError: true, text: t("problem_needed", { label: field.label }), input: control.input };
      if (field.required === "completed" && isCompleted) yield { isError: false, text: t("problem_completed", { label: field.label }), input: control.input };
    }
    if (!isKnown) return;
    const values = Object.fromEntries(fields.map(({ name }) => [name, controls[name].get()]));
    const now = new Date();
    const today = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
    for (const { isError, key, values: parts, field, entry } of checkRecord(values, { kind: kindId, read: readNumber, metrics: metrics(), today })) {
      const control = controls[field];
      const item = entry === undefined ? null : control.items()[entry];
      const label = item ? `${control.field.label} ${formatNumber(entry + 1)}` : control?.field.label;
      const lift = parts.lift === undefined ? null : formatNumber(Number(parts.lift.toFixed(2)));
      yield { isError, text: t(key, { ...parts, lift, label }), input: (item ?? control)?.input };
    }
  }

  /** Opens the parts that hold a control and puts the focus there. */
  function reveal(input) {
    for (let part = input.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    input.focus();
  }

  function showProblems() {
    const found = [...findProblems()];
    const part = (isError, key) => {
      const some = found.filter((problem) => problem.isError === isError);
      const link = ({ text, input }) => element("li", {}, element("a", { href: `#${(input.id ||= newId())}`, onclick: (event) => {
        event.preventDefault();
        reveal(input);
      } }, text));
      return some.length > 0 && element("div", { class: isError ? "note attention" : "note" }, element("div", {}, element("strong", {}, tn(key, some.length)), element("ul", {}, some.map(link))));
    };
    problems.replaceChildren(...[part(true, "problems"), part(false, "remarks")].filter(Boolean));
  }

  /** The files that the text names, which have to be added beside it. */
  function filesToAdd() {
    const names = [controls.cover?.value(), ...(controls.variants?.get() ?? []).map(({ image }) => image)];
    for (const { input } of bodies) for (const [, name] of input.value.matchAll(/!\[[^\]]*\]\(\s*<?([^)\s>]+)/g)) names.push(name);
    return [...new Set(names.filter((name) => name && !/^([a-z]+:|\/)/i.test(name) && !/\.md($|#)/.test(name) && !source?.text.includes(name)))];
  }

  /** The text of the edited file, with what the form changes, and what has to be said about it. */
  function editText() {
    // A box of text has no line ends of Windows; where the file has them, they stay.
    const current = source?.text.includes("\r\n") ? pasted.value.replace(/\r?\n/g, "\r\n") : pasted.value;
    const base = pasted.value.trim() ? current : source?.text;
    const changes = changesOf();
    const asLines = () => changes.filter(([, change]) => change.value !== undefined || change.added !== undefined).map(([key, change]) => renderField(key, change.value ?? change.added)).join("");
    if (base === undefined) return { text: asLines(), note: t("out_lines_hint"), isPart: true };
    try {
      let text = editFile(base, changes, kind.order);
      if (text === null) return { text: asLines(), note: t("edit_unreadable"), isPart: true };
      if (!isBodyChanged()) return { text, base };
      const isSameBody = bodyOf(base).replaceAll("\r\n", "\n").trim() === bodyOf(source.text).replaceAll("\r\n", "\n").trim();
      if (isSameBody) text = replaceBody(text, bodies[0].input.value);
      return { text, base, note: isSameBody ? "" : t("body_differs") };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const label = allFields.find((field) => kind.order.find((keys) => keys.includes(error.message))?.[0] === field.name)?.label ?? error.message;
      return { text: asLines(), note: t("edit_by_hand", { label }), isPart: true };
    }
  }

  /** Shows which lines of the file change. */
  function showDiff(before, after) {
    const marks = { old: "del", new: "ins", same: "span" };
    const signs = { old: "- ", new: "+ ", same: "  " };
    const shown = shortenDiff(diffLines(before, after));
    diff.replaceChildren(...shown.map((line) => (line === null ? element("span", {}, "  …") : element(marks[line.kind], {}, signs[line.kind] + line.text))));
  }

  function compose() {
    const [where, isTaken] = filePath();
    let text;
    note.textContent = isTaken ? t("out_exists") : "";
    let hasChanges = true;
    if (edited) {
      const result = editText();
      text = result.text;
      note.textContent = result.note ?? "";
      hasChanges = result.isPart ? text !== "" : text !== result.base;
      outTitle.textContent = t(!hasChanges ? "no_change" : result.isPart ? "out_lines" : source ? "changes" : "out");
      if (!hasChanges && source) note.textContent = t("no_change_hint");
      if (source) {
        diff.hidden = !hasChanges || Boolean(result.isPart);
        diff.nextElementSibling.open ||= Boolean(result.isPart);
        if (!diff.hidden) showDiff(result.base, text);
        take.hidden = !hasChanges;
        // What was changed back leaves no draft worth discarding.
        discard.hidden = !hasChanges && changed().length === 0 && !pasted.value;
      }
    } else {
      const values = valuesOf().sort(([a], [b]) => rank(a) - rank(b));
      text = renderFile(values, bodyText());
    }
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
    hostNote.textContent = source && !hasChanges ? "" : t(!pattern ? "host_none" : isFilled ? "filled" : source ? "replace_all" : !edited && !pattern.includes("{path}") ? "paste_name" : "paste", { path: where });
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
      code.closest("details")?.setAttribute("open", "");
      getSelection().selectAllChildren(code);
      say(t("copy_failed"));
      hostNote.textContent = t("copy_failed");
    }
  }
  copy.addEventListener("click", copyText);
  hostLink.addEventListener("click", () => hostLink.dataset.filled !== "true" && copyText());

  /** What the draft keeps: of a file that is edited only what was changed, so that the rest is as the file has it. */
  const stateOf = () => {
    const names = source ? changed() : fields.map(({ name }) => name).filter((name) => !controls[name].isEmpty());
    const firsts = source ? { firsts: Object.fromEntries(names.map((name) => [name, controls[name].first])), firstBody } : {};
    return { fields: Object.fromEntries(names.map((name) => [name, controls[name].get()])), bodies: source && !isBodyChanged() ? [] : bodies.map(({ input }) => input.value), ...firsts };
  };
  function restore(state) {
    for (const { name } of fields) if (!source || state.fields?.[name] !== undefined) controls[name].set(mergeItems(controls[name], state.fields?.[name], state.firsts?.[name]));
    bodies.forEach(({ input }, index) => (input.value = state.bodies?.[index] ?? (source ? firstBody : "")));
  }
  /** Shows what the file has, against which changes are told. */
  function showSource() {
    for (const { name } of fields) controls[name].set(source?.values[name]);
    if (source) {
      bodies[0].input.value = bodyOf(source.text);
      firstBody = bodies[0].input.value;
    }
    for (const { name } of fields) mark(controls[name]);
  }

  /** What the address asks for: fields by any of their keys, an idea, a study to adapt. */
  function firstState() {
    const values = edited ? {} : { ...FIRST_VALUES[kindId] };
    const study = records?.cases.find(({ id }) => id === query.get("adapt"));
    const idea = kindId === "case-study" && records?.ideas.find(({ id }) => id === query.get("idea"));
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
    const value = (name) => controls[name]?.get() ?? "";
    const list = (name) => [value(name) || []].flat();
    showNearest?.(nearest, {
      title: value("title"),
      hypothesis: value("hypothesis"),
      summary: value("summary"),
      body: bodies.map(({ input }) => input.value).join("\n"),
      tactics: list("tactics"),
      channels: list("channels"),
      markets: list("markets"),
      objective: value("objective"),
      metric: list("primary_metric")[0],
      language: value("language") || data.language,
    });
  }
  discard.addEventListener("click", () => {
    if (!confirm(t("discard_sure"))) return;
    clearTimeout(timer);
    draft.discard();
    showSource();
    restore(firstState());
    pasted.value = "";
    compose();
    draftNote.textContent = t("discarded");
    say(t("discarded"));
  });

  showSource();
  const kept = draft.read();
  const isRestored = typeof kept === "object" && kept !== null && (!source || Object.keys(kept.fields ?? {}).length > 0 || (kept.bodies ?? []).length > 0);
  restore(isRestored ? kept : firstState());
  if (isRestored) draftNote.textContent = t("restored");
  if (isRestored && source && changed().length === 0 && !isBodyChanged()) {
    // What the draft had is in the file by now.
    draft.discard();
    draftNote.textContent = "";
  } else if (isRestored && source && isBodyChanged() && kept.firstBody !== undefined && kept.firstBody !== firstBody) draftNote.textContent = `${t("restored")} ${t("draft_old")}`;

  const choice = (id, label) => element("a", { href: id === "idea" ? "?kind=idea" : "?", "aria-current": id === kindId && "page" }, label);
  const kinds = !edited && element("nav", { class: "switch", "aria-label": t("kinds") }, choice("case-study", t("case_study")), choice("idea", t("idea")));
  const adapted = !edited && records?.cases.find(({ id }) => id === query.get("adapt"));
  const notes = [isUnknown && t("unknown_record"), adapted && t("adapting", { title: adapted.title })].filter(Boolean).map((text) => element("p", { class: "note" }, text));
  const form = element("form", { class: "write-form", novalidate: true, onsubmit: (event) => event.preventDefault() }, kinds, notes, builtNote, sections[0], pasteSection, sections.slice(1));
  page.replaceChildren(form, out, status);
  compose();
  const asked = query.get("field") && controls[query.get("field")];
  if (edited && asked) reveal(asked.input);
  // The search engine is loaded for a new record alone.
  if (!edited) {
    import("./nearest.js").then((module) => {
      ({ showNearest } = module);
      askNearest();
    }, () => nearest.remove());
  }
}

/** Loads what the address needs, then shows the form. */
async function start() {
  data = await fetchJson(page.dataset.write);
  if (["edit", "adapt", "idea"].some((name) => query.has(name))) await loadRecords();
  const address = readAddress();
  let isSourceMissing = false;
  if (address.edited?.source && data.sources) {
    const folder = address.kindId === "idea" ? "ideas" : "case-studies";
    source = await fetchJson(`${data.sources}${folder}/${encodePath(address.edited.id)}.json`).catch(() => null);
    isSourceMissing = source === null;
  }
  build(address, isSourceMissing);
}

start().catch((error) => {
  const loading = page.querySelector("[data-write-loading]");
  if (loading) loading.textContent = page.dataset.failed;
  throw error;
});
