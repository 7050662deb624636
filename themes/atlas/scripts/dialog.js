// The search dialog: results while typing, keyboard control with arrow keys, Enter and Esc, recent searches.
import { element, icon, markRanges, statusBadge } from "./dom.js";
import * as engine from "./engine.js";
import { kindLabel, label, loadLabels, statusOf } from "./labels.js";
import { pluralText, root, text } from "./site.js";

const LIMIT = 10;
let dialog = null;
let input, list, statusLine, options = [], activeIndex = -1, latestTurn = 0;

/** Opens the dialog, with a query where one is given. */
export function openDialog(query = "") {
  dialog ??= buildDialog();
  if (!dialog.open) dialog.showModal();
  if (query) input.value = query;
  input.select();
  engine.open().then(refresh, refresh);
  refresh();
}

function buildDialog() {
  input = element("input", { type: "search", id: "searcher-input", role: "combobox", "aria-expanded": "true", "aria-controls": "searcher-list", "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go", placeholder: text("placeholder"), "aria-label": text("placeholder"), oninput: refresh });
  const close = element("button", { type: "button", class: "tool", "aria-label": text("close"), onclick: () => dialog.close() }, icon("close"));
  list = element("div", { class: "searcher-list", id: "searcher-list", role: "listbox", "aria-label": text("all_results") });
  statusLine = element("p", { class: "searcher-say", role: "status" });
  const keyHint = (keyName, textKey) => element("span", {}, element("kbd", {}, keyName), ` ${text(textKey)}`);
  const searchPageLink = element("a", { href: new URL("search/", root), onclick: (event) => (event.currentTarget.href = searchPageUrl()) }, text("all_results"));
  const node = element("dialog", { class: "searcher", "aria-label": text("placeholder"), onkeydown: handleKey, onclick: (event) => event.target === node && node.close() },
    element("div", { class: "searcher-top" }, icon("search"), input, close), statusLine, list,
    element("div", { class: "searcher-foot" }, keyHint("↑↓", "move"), keyHint("↵", "open"), keyHint("Esc", "close"), searchPageLink));
  document.body.append(node);
  return node;
}

function searchPageUrl() {
  const query = input.value.trim();
  return new URL(query ? `search/?q=${encodeURIComponent(query)}` : "search/", root).href;
}

async function refresh() {
  const query = input.value.trim();
  const turn = ++latestTurn;
  if (!query) return showSuggestions(turn);
  const titlesDrawn = engine.titles(query, LIMIT).then((entries) => turn === latestTurn && !list.dataset.full && drawTitles(entries, query)).catch(() => {});
  try {
    const response = await engine.search({ text: query, limit: LIMIT, prefix_last: true }, "dialog");
    if (turn === latestTurn) await drawHits(response, query, turn);
  } catch (error) {
    if (error.code === "superseded" || turn !== latestTurn) return;
    delete list.dataset.full;
    await titlesDrawn;
    if (turn !== latestTurn) return;
    // Without the list of titles the results of an earlier query would stay.
    if (!engine.hasTitles) showGroups([]);
    statusLine.textContent = messageForError(error.code);
  }
}

/** The message for an error code of the engine. */
export function messageForError(code) {
  const reasons = { "no-wasm": "engine_missing", "not-found": "new_version", "foreign-file": "new_version", "other-version": "new_version", damaged: "damaged", offline: "offline" };
  return text(reasons[code] ?? "engine_missing");
}

async function showSuggestions(turn) {
  delete list.dataset.full;
  statusLine.textContent = "";
  const searches = recentSearches();
  const entries = await engine.titles("", 8).catch(() => []);
  if (turn !== latestTurn) return;
  const recentOptions = searches.map((query) => buildOption(new URL(`search/?q=${encodeURIComponent(query)}`, root), [query], [], () => ((input.value = query), refresh())));
  showGroups([[text("recent"), recentOptions], [text("suggestions"), entries.map(buildTitleOption)]]);
}

function drawTitles(entries, query) {
  const terms = entries.filter((entry) => entry.k === "term").map(buildTitleOption);
  const others = entries.filter((entry) => entry.k !== "term").map(buildTitleOption);
  showGroups([[text("type_term"), terms], [text("titles"), others]]);
  statusLine.textContent = engine.errorCode ? messageForError(engine.errorCode) : entries.length ? text("loading") : text("nothing", { text: query });
}

async function drawHits(response, query, turn) {
  await loadLabels();
  if (turn !== latestTurn) return;
  list.dataset.full = "yes";
  showGroups([["", response.hits.map((hit) => buildHitOption(hit, query))]]);
  const messages = [pluralText("hits", response.total)];
  if (response.total === 0) messages.splice(0, 1, text("nothing", { text: query }), text("nothing_hint"));
  if (response.corrected) messages.unshift(text("corrected", { text: response.corrected.text }));
  for (const hint of response.hints ?? []) if (hint.nearest?.length) messages.push(`${hint.value ?? hint.field}: ${text("did_you_mean", { list: hint.nearest.join(", ") })}`);
  statusLine.textContent = messages.join(" · ");
  const hits = response.hits.slice(0, 6);
  const excerpts = await engine.excerpts(query, hits).catch(() => []);
  if (turn === latestTurn) excerpts.forEach((excerpt, index) => addExcerpt(options[index], excerpt, hits[index]));
}

function buildHitOption(hit, query) {
  const status = statusOf(hit.facts);
  const facts = [kindLabel(hit.kind), ...(hit.facts.market ?? []).slice(0, 2).map((id) => label("market", id)), ...(hit.facts.tactic ?? []).slice(0, 2).map((id) => label("tactic", id))].filter(Boolean).join(" · ");
  const url = new URL(hit.url, root);
  url.searchParams.set("mark", engine.fold(query));
  return buildOption(url, markRanges(hit.title, hit.title_marks), [facts], null, status && statusBadge(...status), hit.language);
}

function addExcerpt(optionElement, { excerpt, section }, hit) {
  if (!optionElement || !excerpt?.text) return;
  if (section?.anchor) optionElement.hash = section.anchor;
  const heading = section?.heading ? [element("b", {}, section.heading), " "] : [];
  optionElement.append(element("span", { class: "hit-excerpt", lang: hit.language }, ...heading, ...markRanges(excerpt.text, excerpt.marks)));
}

function buildTitleOption(entry) {
  return buildOption(new URL(entry.u, root), [entry.t], [kindLabel(entry.k)].filter(Boolean), null, null, entry.l);
}

function buildOption(url, title, facts, action, badge, language) {
  const optionElement = element("a", { class: "hit", role: "option", href: url, tabindex: "-1", onclick: (event) => {
    if (action) return event.preventDefault(), action();
    rememberSearch(input.value.trim());
    dialog.close();
  } }, element("span", { class: "hit-title" }, element("bdi", { lang: language }, ...title)), badge, facts.length > 0 && element("span", { class: "hit-facts" }, ...facts));
  return optionElement;
}

function showGroups(groups) {
  const filledGroups = groups.filter(([, optionElements]) => optionElements.length);
  options = filledGroups.flatMap(([, optionElements]) => optionElements);
  options.forEach((optionElement, index) => (optionElement.id = `hit-${index}`));
  list.replaceChildren(...filledGroups.flatMap(([label, optionElements]) => [label && element("p", { class: "searcher-group", role: "presentation" }, label), ...optionElements]).filter(Boolean));
  list.scrollTop = 0;
  setActive(input.value.trim() ? 0 : -1);
}

function setActive(index) {
  activeIndex = options.length ? index : -1;
  options.forEach((optionElement, position) => optionElement.setAttribute("aria-selected", position === activeIndex ? "true" : "false"));
  if (activeIndex < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", options[activeIndex].id);
  options[activeIndex].scrollIntoView({ block: "nearest" });
}

function handleKey(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && options.length) {
    event.preventDefault();
    setActive((activeIndex + steps[event.key] + options.length + (activeIndex < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length);
  } else if (event.key === "Enter" && event.target === input && !event.isComposing) {
    event.preventDefault();
    if (activeIndex >= 0) options[activeIndex].click();
    else if (input.value.trim()) location.assign(searchPageUrl());
  }
}

function recentSearches() {
  try {
    return JSON.parse(localStorage.getItem("searches") ?? "[]").slice(0, 5);
  } catch {
    return [];
  }
}

function rememberSearch(query) {
  if (!query) return;
  try {
    localStorage.setItem("searches", JSON.stringify([query, ...recentSearches().filter((other) => other !== query)].slice(0, 5)));
  } catch {
    // Without storage there are no recent searches.
  }
}
