// The search dialog: results as typed, arrow keys, Enter and Esc, recent searches.
import { element, icon, marked, signal } from "./dom.js";
import * as engine from "./engine.js";
import { kind, label, labelled, standing } from "./labels.js";
import { count, root, text } from "./site.js";

const LIMIT = 10;
let dialog = null;
let input, list, say, options = [], active = -1, latest = 0;

/** Opens the dialog, perhaps with words in it. */
export function openDialog(words = "") {
  dialog ??= build();
  if (!dialog.open) dialog.showModal();
  if (words) input.value = words;
  input.select();
  engine.open().then(refresh, refresh);
  refresh();
}

function build() {
  input = element("input", { type: "search", id: "searcher-input", role: "combobox", "aria-expanded": "true", "aria-controls": "searcher-list", "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go", placeholder: text("placeholder"), "aria-label": text("placeholder"), oninput: refresh });
  const close = element("button", { type: "button", class: "tool", "aria-label": text("close"), onclick: () => dialog.close() }, icon("close"));
  list = element("div", { class: "searcher-list", id: "searcher-list", role: "listbox", "aria-label": text("all_results") });
  say = element("p", { class: "searcher-say", role: "status" });
  const key = (name, key) => element("span", {}, element("kbd", {}, name), ` ${text(key)}`);
  const all = element("a", { href: new URL("search/", root), onclick: (event) => (event.currentTarget.href = allResults()) }, text("all_results"));
  const made = element("dialog", { class: "searcher", "aria-label": text("placeholder"), onkeydown: keys, onclick: (event) => event.target === made && made.close() },
    element("div", { class: "searcher-top" }, icon("search"), input, close), say, list,
    element("div", { class: "searcher-foot" }, key("↑↓", "move"), key("↵", "open"), key("Esc", "close"), all));
  document.body.append(made);
  return made;
}

function allResults() {
  const words = input.value.trim();
  return new URL(words ? `search/?q=${encodeURIComponent(words)}` : "search/", root).href;
}

async function refresh() {
  const words = input.value.trim();
  const turn = ++latest;
  if (!words) return begin(turn);
  const quick = engine.titles(words, LIMIT).then((entries) => turn === latest && !list.dataset.full && drawTitles(entries, words)).catch(() => {});
  try {
    const response = await engine.search({ text: words, limit: LIMIT, prefix_last: true }, "dialog");
    if (turn === latest) await drawHits(response, words, turn);
  } catch (error) {
    if (error.code === "superseded" || turn !== latest) return;
    delete list.dataset.full;
    await quick;
    if (turn !== latest) return;
    // Without even the title list nothing of an earlier question may stay.
    if (!engine.listed) fill([]);
    say.textContent = reasonFor(error.code);
  }
}

export function reasonFor(code) {
  const reasons = { "no-wasm": "engine_missing", "not-found": "new_version", "foreign-file": "new_version", "other-version": "new_version", damaged: "damaged", offline: "offline" };
  return text(reasons[code] ?? "engine_missing");
}

async function begin(turn) {
  delete list.dataset.full;
  say.textContent = "";
  const words = recent();
  const entries = await engine.titles("", 8).catch(() => []);
  if (turn !== latest) return;
  const asked = words.map((words) => option(new URL(`search/?q=${encodeURIComponent(words)}`, root), [words], [], () => ((input.value = words), refresh())));
  fill([[text("recent"), asked], [text("suggestions"), entries.map(titleOption)]]);
}

function drawTitles(entries, words) {
  const terms = entries.filter((entry) => entry.k === "term").map(titleOption);
  const others = entries.filter((entry) => entry.k !== "term").map(titleOption);
  fill([[text("type_term"), terms], [text("titles"), others]]);
  say.textContent = engine.trouble ? reasonFor(engine.trouble) : entries.length ? text("loading") : text("nothing", { text: words });
}

async function drawHits(response, words, turn) {
  await labelled();
  if (turn !== latest) return;
  list.dataset.full = "yes";
  fill([["", response.hits.map((hit) => hitOption(hit, words))]]);
  const said = [count("hits", response.total)];
  if (response.total === 0) said.splice(0, 1, text("nothing", { text: words }), text("nothing_hint"));
  if (response.corrected) said.unshift(text("corrected", { text: response.corrected.text }));
  for (const hint of response.hints ?? []) if (hint.nearest?.length) said.push(`${hint.value ?? hint.field}: ${text("did_you_mean", { list: hint.nearest.join(", ") })}`);
  say.textContent = said.join(" · ");
  const hits = response.hits.slice(0, 6);
  const found = await engine.excerpts(words, hits).catch(() => []);
  if (turn === latest) found.forEach((excerpt, index) => addExcerpt(options[index], excerpt, hits[index]));
}

function hitOption(hit, words) {
  const stands = standing(hit.facts);
  const facts = [kind(hit.kind), ...(hit.facts.market ?? []).slice(0, 2).map((id) => label("market", id)), ...(hit.facts.tactic ?? []).slice(0, 2).map((id) => label("tactic", id))].filter(Boolean).join(" · ");
  const url = new URL(hit.url, root);
  url.searchParams.set("mark", engine.fold(words));
  return option(url, marked(hit.title, hit.title_marks), [facts], null, stands && signal(...stands), hit.language);
}

function addExcerpt(choice, { excerpt, section }, hit) {
  if (!choice || !excerpt?.text) return;
  if (section?.anchor) choice.hash = section.anchor;
  const heading = section?.heading ? [element("b", {}, section.heading), " "] : [];
  choice.append(element("span", { class: "hit-excerpt", lang: hit.language }, ...heading, ...marked(excerpt.text, excerpt.marks)));
}

function titleOption(entry) {
  return option(new URL(entry.u, root), [entry.t], [kind(entry.k)].filter(Boolean), null, null, entry.l);
}

function option(url, title, facts, action, mark, language) {
  const choice = element("a", { class: "hit", role: "option", href: url, tabindex: "-1", onclick: (event) => {
    if (action) return event.preventDefault(), action();
    remember(input.value.trim());
    dialog.close();
  } }, element("span", { class: "hit-title" }, element("bdi", { lang: language }, ...title)), mark, facts.length > 0 && element("span", { class: "hit-facts" }, ...facts));
  return choice;
}

function fill(groups) {
  const filled = groups.filter(([, choices]) => choices.length);
  options = filled.flatMap(([, choices]) => choices);
  options.forEach((choice, index) => (choice.id = `hit-${index}`));
  list.replaceChildren(...filled.flatMap(([label, choices]) => [label && element("p", { class: "searcher-group", role: "presentation" }, label), ...choices]).filter(Boolean));
  list.scrollTop = 0;
  choose(input.value.trim() ? 0 : -1);
}

function choose(index) {
  active = options.length ? index : -1;
  options.forEach((choice, at) => choice.setAttribute("aria-selected", at === active ? "true" : "false"));
  if (active < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", options[active].id);
  options[active].scrollIntoView({ block: "nearest" });
}

function keys(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && options.length) {
    event.preventDefault();
    choose((active + steps[event.key] + options.length + (active < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length);
  } else if (event.key === "Enter" && event.target === input && !event.isComposing) {
    event.preventDefault();
    if (active >= 0) options[active].click();
    else if (input.value.trim()) location.assign(allResults());
  }
}

function recent() {
  try {
    return JSON.parse(localStorage.getItem("searches") ?? "[]").slice(0, 5);
  } catch {
    return [];
  }
}

function remember(words) {
  if (!words) return;
  try {
    localStorage.setItem("searches", JSON.stringify([words, ...recent().filter((other) => other !== words)].slice(0, 5)));
  } catch {
    // Without storage there are no recent searches.
  }
}
