// The search dialog: results while typing, keyboard control with arrow keys, Enter and Esc, recent searches.
import { element, foreignText, icon, markRanges, statusBadge } from "./dom.js";
import * as engine from "./engine.js";
import { createMarker, describeHit, describePassage, describeTitle } from "./hits.js";
import { loadLabels } from "./labels.js";
import { describeNothing, describeReading, searchUrl } from "./reading.js";
import { buildBadges, buildEffect, findStudy, loadStudies, originalTitle } from "./rows.js";
import { pluralText, root, text } from "./site.js";
import { isComposing, listenToTyping } from "./typing.js";

const LIMIT = 10;
let dialog = null;
let input, list, statusLine, options = [], activeIndex = -1, latestTurn = 0;
/** The query whose results are shown: rows of an earlier one stay until the next are there, and are not opened by Enter. */
let shownQuery = null;

/** Makes the box that `first.js` has opened into the whole dialog; what was typed meanwhile stays. */
export function openDialog(box) {
  if (!dialog) buildDialog(box);
  engine.open().catch(() => {});
  refresh();
}

/** Builds the dialog around its box, which keeps the focus and the word that is being composed in it. */
function buildDialog(box) {
  dialog = box;
  const form = dialog.querySelector("form");
  input = dialog.querySelector("input");
  const attributes = { role: "combobox", "aria-expanded": "true", "aria-controls": "searcher-list", "aria-autocomplete": "list", placeholder: text("placeholder"), "aria-label": text("placeholder") };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  dialog.setAttribute("aria-label", text("placeholder"));
  list = element("div", { class: "searcher-list", id: "searcher-list", role: "listbox", "aria-label": text("all_results") });
  statusLine = element("p", { class: "searcher-say", role: "status" });
  const keyHint = (keyName, textKey) => element("span", {}, element("kbd", {}, keyName), ` ${text(textKey)}`);
  const searchPageLink = element("a", { href: searchUrl(""), onclick: (event) => (event.currentTarget.href = searchUrl(input.value.trim())) }, text("all_results"));
  form.prepend(icon("search"));
  form.append(element("button", { type: "button", class: "tool", "aria-label": text("close"), onclick: () => dialog.close() }, icon("close")));
  dialog.append(statusLine, list, element("div", { class: "searcher-foot" }, keyHint("↑↓", "move"), keyHint("↵", "open"), keyHint("Esc", "close"), searchPageLink));
  // Enter is a key of the list, see `handleKey`.
  form.addEventListener("submit", (event) => event.preventDefault());
  dialog.addEventListener("keydown", handleKey);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  listenToTyping(input, refresh, () => (latestTurn += 1));
}

async function refresh() {
  const query = input.value.trim();
  const turn = ++latestTurn;
  if (!query) return showSuggestions(turn);
  const titlesDrawn = engine.titles(query, LIMIT).then((entries) => turn === latestTurn && !list.dataset.full && drawTitles(entries, query)).catch(() => {});
  try {
    const response = await engine.search({ text: query, limit: LIMIT }, "dialog");
    if (turn === latestTurn) await drawHits(response, query, turn);
  } catch (error) {
    if (error.code === "superseded" || turn !== latestTurn) return;
    const hadHits = list.dataset.full;
    delete list.dataset.full;
    await titlesDrawn;
    const entries = await engine.titles(query, LIMIT).catch(() => []);
    if (turn !== latestTurn) return;
    if (hadHits || shownQuery !== query) showTitleGroups(entries, query);
    statusLine.textContent = messageForError(error.code);
  }
}

/** The message for an error code of the engine. */
export function messageForError(code) {
  const reasons = { "no-wasm": "engine_missing", "not-found": "new_version", "foreign-file": "new_version", "other-version": "new_version", damaged: "damaged", offline: "offline" };
  return text(reasons[code] ?? "search_failed");
}

async function showSuggestions(turn) {
  delete list.dataset.full;
  statusLine.textContent = "";
  const searches = recentSearches();
  const entries = await engine.titles("", 8).catch(() => []);
  if (turn !== latestTurn) return;
  const recentOptions = searches.map((query) => buildOption({ url: searchUrl(query), title: query, facts: [] }, () => searchFor(query)));
  showGroups([[text("recent"), recentOptions], [text("suggestions"), entries.map(buildTitleOption)]], "");
}

function searchFor(query) {
  input.value = query;
  input.focus();
  refresh();
}

/** Shows titles for as long as the engine is not ready; where there is none, the last rows stay until its answer. */
function drawTitles(entries, query) {
  if (entries.length || engine.errorCode) showTitleGroups(entries, query);
  statusLine.textContent = engine.errorCode ? messageForError(engine.errorCode) : text("loading");
}

function showTitleGroups(entries, query) {
  const groupOf = (isTerm) => [text(isTerm ? "type_term" : "titles"), entries.filter((entry) => (entry.k === "term") === isTerm).map(buildTitleOption)];
  // The group of the best entry comes first: a record whose title is meant stands before a term.
  const isTermFirst = entries[0]?.k === "term";
  showGroups([groupOf(isTermFirst), groupOf(!isTermFirst)], query);
}

async function drawHits(response, query, turn) {
  await loadLabels();
  if (turn !== latestTurn) return;
  list.dataset.full = "yes";
  const addressOf = createMarker(response);
  showGroups([["", response.hits.map((hit) => buildOption({ ...describeHit(hit), url: addressOf(hit) }))]], query);
  const count = response.total === 0 ? `${describeNothing(response, query)} · ${text("nothing_hint")}` : pluralText("hits", response.total);
  const reading = describeReading(response, query, searchFor);
  statusLine.replaceChildren(...reading, ...(reading.length ? [" · "] : []), count);
  completeOptions(response.hits);
  const hits = response.hits.slice(0, 6);
  const excerpts = await engine.excerpts(query, hits).catch(() => []);
  if (turn !== latestTurn) return;
  const addressWithExcerpts = createMarker(response, excerpts);
  response.hits.forEach((hit, index) => (options[index].href = addressWithExcerpts(hit)));
  excerpts.forEach((excerpt, index) => addExcerpt(options[index], excerpt, hits[index]));
}

/** Shows the studies as in lists, with what the index does not know, as soon as their rows are loaded; they do not delay the answer. */
async function completeOptions(hits) {
  const shown = options;
  if (hits.some((hit) => findStudy(hit.url)) || !(await loadStudies()) || shown !== options) return;
  hits.forEach((hit, index) => {
    if (findStudy(hit.url)) options[index].replaceChildren(...buildOption(describeHit(hit)).childNodes, ...options[index].querySelectorAll(".hit-excerpt"));
  });
}

function addExcerpt(optionElement, { excerpt, section }, hit) {
  const passage = describePassage(hit, { excerpt, section });
  if (!optionElement || !passage.text) return;
  if (section?.anchor) optionElement.hash = section.anchor;
  const heading = passage.section?.heading ? [element("b", {}, passage.section.heading), " "] : [];
  optionElement.append(element("span", { class: "hit-excerpt", lang: passage.language }, element("bdi", {}, ...heading, ...markRanges(passage.text, passage.marks))));
}

const buildTitleOption = (entry) => buildOption(describeTitle(entry));

/** An option with the same facts as a row of the search page. */
function buildOption({ url, title, marks, language, original, signal, facts, effect, grade, badges }, action) {
  const signs = [
    signal && statusBadge(...signal),
    effect && element("span", { class: "hit-effect" }, buildEffect(effect)),
    grade && element("abbr", { class: `grade ${grade[0].toLowerCase()}`, title: grade[1] }, grade[0]),
  ].filter(Boolean);
  return element("a", { class: "hit", role: "option", href: new URL(url, root), tabindex: "-1", onclick: (event) => {
    if (action) return event.preventDefault(), action();
    rememberSearch(input.value.trim());
    dialog.close();
  } }, element("span", { class: "hit-title" }, foreignText(title, language, marks), buildBadges(badges), original && originalTitle(...original)), signs.length > 0 && element("span", { class: "hit-signs" }, signs), facts.length > 0 && element("span", { class: "hit-facts" }, facts.join(" · ")));
}

function showGroups(groups, query) {
  shownQuery = query;
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
  if (isComposing(event)) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && options.length) {
    event.preventDefault();
    setActive((activeIndex + steps[event.key] + options.length + (activeIndex < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length);
  } else if (event.key === "Enter" && event.target === input) {
    event.preventDefault();
    const query = input.value.trim();
    if (activeIndex >= 0 && shownQuery === query) options[activeIndex].click();
    else if (query) location.assign(searchUrl(query));
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
