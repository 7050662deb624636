// The search page: query, facets, sorting, two views, excerpts and CSV export; the URL keeps the state.
import { messageForError } from "./dialog.js";
import { element, markRanges } from "./dom.js";
import * as engine from "./engine.js";
import { buildAddress, drawFacets, drawSelected, selectedFromUrl, toggle } from "./facets.js";
import { createMarker, describeHit, describePassage, describeTitle, readHit } from "./hits.js";
import { label, loadLabels } from "./labels.js";
import { addDivider, createMetricSelect, orderStudies } from "./order.js";
import { describeNothing, describeReading } from "./reading.js";
import { buildRow, findStudy, loadStudies } from "./rows.js";
import { formatDecimals, formatNumber, joinList, pluralText, root, text } from "./site.js";
import { isComposing, listenToTyping } from "./typing.js";

const PAGE_SIZE = 20;
const MAX_SHOWN = 1000;
/** The rows that the first answer has: each is a file to fetch, and the others are below the screen. */
const FIRST_ROWS = 10;
/** Time in milliseconds that rows wait for their excerpts; on a slower line summaries stand in their place. */
const EXCERPT_WAIT_MS = 200;
/** Settings in the URL; until the engine lists its facets, any other name may be one. */
const SETTINGS = ["q", "sort", "metric", "view", "explain", "show"];
/** The orders that are made here, because the engine compares gains across metrics and lets retired studies lead; and the number of hits,
 * the first in the order of the engine, that are put in order. */
const ORDERED_HERE = ["lift", "grade"], ORDERED_HITS = 500;
const SORTS = [["relevance", "sort_relevance"], ["date", "sort_date"], ["lift", "sort_lift"], ["grade", "sort_grade"]];
const page = document.querySelector("[data-search-page]");
const input = page.querySelector("input[name=q]");
const readingLine = page.querySelector("[data-reading]");
/** The fields of the index that have a panel, in the order of the panels. */
let panelFields = null;
let selected = new Map(), shownCount = PAGE_SIZE, viewMode = "rows", latestTurn = 0, answeredTurn = 0;
/** The request whose hits are shown, and the address that Back returns to once the next query is submitted. */
let shownRequest = null, submittedAddress = location.href;
/** The id of the metric that the reader has chosen to compare gains by. */
let chosenMetric = "";
/** The hits that are shown, each with its row. */
let shownHits = [];
/** Settings of the address that are not known here, until the next search. */
let ignoredSettings = [];

const sortSelect = element("select", { "aria-label": text("sort_by"), onchange: () => search("step") }, SORTS.map(([id, key]) => element("option", { value: id }, text(key))));
const metricSelect = createMetricSelect((metric) => {
  chosenMetric = metric;
  search("step");
});
const otherViewLabel = () => text(viewMode === "cards" ? "rows" : "cards");
const viewButton = element("button", { type: "button", class: "button", onclick: () => ((viewMode = viewMode === "rows" ? "cards" : "rows"), search()) }, otherViewLabel());
const exportButton = element("button", { type: "button", class: "button", onclick: () => downloadCsv() }, text("export"));
const explainButton = element("button", { type: "button", class: "button", "aria-pressed": "false", onclick: () => (explainButton.setAttribute("aria-pressed", String(!isExplained())), search()) }, text("explain"));
const isExplained = () => explainButton.getAttribute("aria-pressed") === "true";
const statusLine = element("p", { class: "list-count", role: "status" });
const selectedChips = element("div", { class: "chips" });
const queryParts = element("div", { class: "chips search-parts" });
const rows = page.querySelector("[data-search-results] > ol");
const more = element("p", { class: "pages" });
const facetPanels = page.querySelector("[data-search-facets]");
facetPanels.className = "facets";
facetPanels.setAttribute("popover", "");
facetPanels.id = "_facets";
readingLine.after(queryParts);
const results = page.querySelector("[data-search-results]");
results.prepend(element("div", { class: "list-head" }, statusLine, element("button", { type: "button", class: "button filter-button", popovertarget: "_facets" }, text("filters")), selectedChips, element("span", { class: "list-sort" }, sortSelect, metricSelect.node, viewButton, exportButton, explainButton)));
results.append(more);

function buildRequest(limit, offset = 0) {
  const filters = Object.fromEntries([...selected].map(([facet, values]) => [facet, [...values]]));
  return { text: input.value.trim(), limit, offset, sort: sortSelect.value, facets: countedFacets(), explain: isExplained(), filters };
}

/** The facets whose panels are open: to count a closed one would fetch its values of all records. */
function countedFacets() {
  const isOpen = ({ name, panel }) => facetPanels.querySelector(`details[data-facet="${name}"]`)?.open ?? panel.open;
  return panelFields.filter((field) => isOpen(field) || selected.get(field.name)?.size).map(({ name }) => name);
}

/** Takes the state from the address. What it does not know is left out, and said. */
function readAddress() {
  const parameters = new URLSearchParams(location.search);
  ignoredSettings = [];
  const read = (name, isKnown, otherwise) => {
    const value = parameters.get(name);
    if (!value || isKnown(value)) return value || otherwise;
    ignoredSettings.push(`${name}=${value}`);
    return otherwise;
  };
  input.value = parameters.get("q") ?? "";
  sortSelect.value = read("sort", (value) => SORTS.some(([id]) => id === value), "relevance");
  viewMode = read("view", (value) => ["rows", "cards"].includes(value), "rows");
  shownCount = Math.min(Number(read("show", (value) => /^[1-9]\d*$/.test(value), PAGE_SIZE)), MAX_SHOWN);
  chosenMetric = parameters.get("metric") ?? "";
  explainButton.setAttribute("aria-pressed", String(Boolean(parameters.get("explain"))));
  selected = selectedFromUrl([...parameters.keys()].filter((name) => !SETTINGS.includes(name)));
  keepKnownFacets();
}

/**
 * Writes the state into the address. A submitted query and a tick are steps that Back undoes ("step"); what is being typed ("typed")
 * and how the list looks ("same") are not.
 */
function writeAddress(kind) {
  const settings = { q: input.value.trim(), sort: sortSelect.value === "relevance" ? "" : sortSelect.value, metric: sortSelect.value === "lift" ? chosenMetric : "", view: viewMode === "cards" ? "cards" : "", explain: isExplained() ? "1" : "", show: shownCount > PAGE_SIZE ? shownCount : "" };
  const address = new URL(buildAddress(selected, settings), location.href).href;
  if (kind === "step" && address !== submittedAddress) {
    history.replaceState(null, "", submittedAddress);
    history.pushState(null, "", address);
  } else history.replaceState(null, "", address);
  if (kind !== "typed") submittedAddress = address;
}

async function loadPanelFields() {
  panelFields = (await engine.fields()).filter(({ panel }) => panel).sort((a, b) => a.panel.place - b.panel.place);
  keepKnownFacets();
}

/** Other names in the address, such as those of campaigns, are no facets. */
function keepKnownFacets() {
  if (!panelFields) return;
  const names = panelFields.map(({ name }) => name);
  for (const name of selected.keys()) if (!names.includes(name)) selected.delete(name);
}

async function search(kind = "same") {
  const turn = ++latestTurn;
  writeAddress(kind);
  viewButton.textContent = otherViewLabel();
  document.documentElement.classList.toggle("asked", Boolean(input.value.trim()) || selected.size > 0);
  results.ariaBusy = "true";
  if (!engine.isReady) showPartsAsTyped();
  // Until the engine is ready, titles are shown; they cannot be filtered by facets.
  if (!engine.isReady && input.value.trim() && !selected.size) showTitles(engine.errorCode, turn);
  else if (!engine.isReady) readingLine.textContent = text("waiting");
  try {
    if (!panelFields) await loadPanelFields();
    const isOrderedHere = ORDERED_HERE.includes(sortSelect.value);
    const request = buildRequest(isOrderedHere ? Math.max(shownCount, ORDERED_HITS) : shownCount);
    // The first rows do not wait for the others, nor for the counts of the panels, which need values of all records.
    const isFirst = !shownRequest;
    const response = await engine.search(isFirst ? { ...request, facets: [], limit: isOrderedHere ? request.limit : FIRST_ROWS } : request, "page");
    if (turn !== latestTurn) return;
    if (!isFirst) drawPanels(response);
    await drawResponse(response, request, turn);
    if (isFirst && turn === latestTurn) {
      results.ariaBusy = "false";
      const full = await engine.search(request, "page");
      if (turn !== latestTurn) return;
      drawPanels(full);
      if (full.hits.length > response.hits.length) await drawResponse(full, request, turn);
    }
  } catch (error) {
    if (error.code !== "superseded" && turn === latestTurn) await showTitles(error.code ?? "failed", turn);
  }
  if (turn === latestTurn) results.ariaBusy = "false";
}

/** Puts hits into the order that is chosen, where it is one that is made here. */
function orderHits(hits, sort) {
  return orderStudies(hits, ORDERED_HERE.includes(sort) ? sort : "", chosenMetric, readHit);
}

async function drawResponse(answer, request, turn) {
  const ordered = orderHits(answer.hits, request.sort);
  const response = { ...answer, hits: ordered.studies.slice(0, shownCount) };
  const hits = response.hits.slice(0, 10);
  const excerptsLoaded = request.text && hits.length ? engine.excerpts(request.text, hits).catch(() => []) : [];
  const excerpts = await Promise.race([excerptsLoaded, new Promise((done) => setTimeout(done, EXCERPT_WAIT_MS))]);
  if (turn !== latestTurn) return;
  answeredTurn = turn;
  shownRequest = request;
  statusLine.textContent = pluralText("hits", response.total);
  const ignored = ignoredSettings.length ? [text("ignored", { list: joinList(ignoredSettings) })] : [];
  const reading = describeReading(response, input.value, searchFor);
  readingLine.replaceChildren(...reading, ...(reading.length && ignored.length ? [" · "] : []), ...ignored);
  queryParts.replaceChildren(...buildQueryParts(response.reading));
  rows.className = viewMode === "cards" ? "cards" : "rows";
  metricSelect.draw(ordered);
  const addressOf = createMarker(response, excerpts);
  const rowElements = response.hits.map((hit) => buildRow({ ...describeHit(hit), url: addressOf(hit) }));
  shownHits = response.hits.map((hit, index) => ({ hit, row: rowElements[index] }));
  response.hits.forEach((hit, index) => hit.explain && rowElements[index].append(buildExplanation(hit.explain)));
  if (excerpts) addExcerpts(excerpts, response, rowElements, addressOf);
  // Until then the summary stands in their place, so that the rows keep theirs.
  else hits.forEach((hit, index) => hit.summary && rowElements[index].append(buildExcerpt(describePassage(hit))));
  // The rows of a fuller answer take the place of the first ones: the focus stays where it is.
  const focused = [...rows.children].indexOf(document.activeElement.closest(".row"));
  rows.replaceChildren(...addDivider(rowElements, ordered, shownCount));
  if (focused >= 0) rows.children[focused]?.querySelector("a")?.focus();
  completeRows();
  const remaining = response.total - response.hits.length;
  more.replaceChildren(...(remaining > 0 && shownCount < MAX_SHOWN ? [element("button", { type: "button", class: "button", onclick: () => ((shownCount = Math.min(shownCount + PAGE_SIZE, MAX_SHOWN)), search()) }, `${text("show_more")} (${formatNumber(remaining)})`)] : []));
  if (response.total === 0) rows.replaceChildren(element("li", { class: "empty" }, element("strong", {}, describeNothing(response, input.value)), element("p", {}, text("nothing_hint"))));
  if (excerpts) return;
  const late = await excerptsLoaded;
  if (turn === latestTurn) addExcerpts(late, response, rowElements, createMarker(response, late));
}

/** Shows the studies as in lists, with what the index does not know, as soon as their rows are loaded; they do not delay the answer. */
async function completeRows() {
  const shown = shownHits;
  const wereLoaded = shown.some(({ hit }) => findStudy(hit.url));
  const areLoaded = await loadStudies();
  if (shown !== shownHits) return;
  if (areLoaded && !wereLoaded) {
    for (const { hit, row } of shown.filter(({ hit }) => findStudy(hit.url))) {
      const link = row.querySelector("a");
      const built = buildRow({ ...describeHit(hit), url: link.href });
      const isFocused = document.activeElement === link;
      row.replaceChildren(...built.childNodes, ...row.querySelectorAll(":scope > .excerpt"));
      if (isFocused) row.querySelector("a").focus();
    }
  }
  results.dataset.rows = areLoaded ? "complete" : "indexed";
}

/** The panels of filters with the counts of an answer, and the ticked values. */
function drawPanels(response) {
  const all = toFacets(response);
  drawFacets(facetPanels, all, selected, toggleFacet, () => search());
  drawSelected(selectedChips, all, selected, toggleFacet, () => (selected.clear(), search("step")));
}

function addExcerpts(excerpts, response, rowElements, addressOf) {
  excerpts.forEach(({ excerpt, section }, index) => {
    const summary = rowElements[index].querySelector(".excerpt:not(.reasons)");
    const passage = describePassage(response.hits[index], { excerpt, section });
    if (passage.text) {
      const built = buildExcerpt(passage);
      if (summary) summary.replaceWith(built);
      else rowElements[index].append(built);
    }
    const link = rowElements[index].querySelector("a");
    link.href = addressOf(response.hits[index]);
    if (section?.anchor) link.hash = section.anchor;
  });
}

function buildExcerpt({ text: passage, marks, section, language }) {
  const heading = section?.heading ? [element("b", {}, section.heading), " "] : [];
  // In its own direction, or the full stop of a passage would stand on the wrong side.
  return element("p", { class: "excerpt", lang: language }, element("bdi", {}, ...heading, ...markRanges(passage, marks)));
}

/** The explanation of a hit's score: the total, and each part with its reason. */
function buildExplanation({ total, parts }) {
  const buildLine = (part) => element("li", {}, element("b", {}, formatShare(part)), ` ${describeShare(part)}`);
  return element("ul", { class: "excerpt reasons" }, element("li", {}, element("b", {}, formatDecimals(total, 2)), ` ${text("explain_total")}`), parts.filter(isFelt).map(buildLine));
}

/** Whether a part changes the score in the decimals that are shown. */
const isFelt = ({ value, why }) => value.toFixed(2) !== (isFactor(why) ? "1.00" : "0.00");

const isFactor = (why) => why?.startsWith("factor") ?? false;

/** What a part of a score counts: `1.95` where it is added, `× 1.10` where the score is multiplied by it. */
const formatShare = ({ value, why }) => `${isFactor(why) ? "× " : ""}${value < 0 ? "−" : ""}${formatDecimals(Math.abs(value), 2)}`;

/** A part of a score in words. The engine names words as in the query, with the places and the number of records that have them, and other parts by an id. */
function describeShare({ name, why = "" }) {
  const found = why.match(/^in ([a-z, ]+); in (\d+) of (\d+) records/);
  if (!found) return text(`explain_${name.replaceAll(" ", "_")}`);
  const places = joinList(found[1].split(", ").map((place) => text(`explain_in_${place}`)));
  // The first form is the one of the query; the others are of one concept, in any language and cut to their stems.
  const [word, ...similar] = name.split(" OR ");
  return text(similar.length ? "explain_words" : "explain_word", { word: labelPart(word), places, n: formatNumber(Number(found[2])), records: formatNumber(Number(found[3])) });
}

/**
 * A part of a query in words: `Tactic: Referral reward` for `tactic:referral-reward`; the sign that excludes it stays. Words, and filters by
 * other fields than facets, stay as typed.
 */
function labelPart(part) {
  const [, sign, facet, values] = part.match(/^(-?)([a-z]+):([^\s"]+)$/) ?? [];
  const facetLabel = facet && text(`facet_${facet}`);
  if (!facetLabel || facetLabel === `facet_${facet}`) return part;
  return `${sign}${facetLabel}: ${joinList(values.split(",").map((value) => label(facet, value)))}`;
}

/** Searches a proposed query. */
function searchFor(query) {
  input.value = query;
  shownCount = PAGE_SIZE;
  search("step");
  input.focus();
}

/** The words and filters of a query as chips, each of which removes itself from the query. */
function buildQueryParts(reading) {
  const tokens = reading.text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  // `a OR b` is one term.
  const queryTerms = tokens.reduce((terms, token) => (token === "OR" || terms.at(-1)?.endsWith(" OR") ? [...terms.slice(0, -1), `${terms.at(-1)} ${token}`] : [...terms, token]), []);
  if (queryTerms.length < 2 && !reading.filters.length) return [];
  const searchWithout = (removed) => ((input.value = queryTerms.filter((_, index) => index !== removed).join(" ")), (shownCount = PAGE_SIZE), search("step"));
  return [text("read_as"), ...queryTerms.map((part, index) => element("button", { type: "button", class: "chip remove", "aria-label": text("remove_part", { part: labelPart(part) }), onclick: () => searchWithout(index) }, element("bdi", {}, labelPart(part))))];
}

/** Until the engine has read the query, its parts as they are typed, so that the answer moves nothing. */
const showPartsAsTyped = () => queryParts.replaceChildren(...buildQueryParts({ text: input.value.trim(), filters: /\S:\S/.test(input.value) ? [input.value] : [] }));

function toFacets(response) {
  return panelFields.map(({ name: id, panel, values: known }) => {
    const counts = response.facets?.[id] ?? (known.length ? null : []);
    const values = counts?.map(({ value, count }) => ({ id: value, label: label(id, value), count }));
    return { id, label: text(`facet_${id}`), values, name: (value) => label(id, value), open: panel.open };
  });
}

async function showTitles(code, turn) {
  // The count of titles is final only where the engine cannot run.
  const isFinal = Boolean(code);
  readingLine.textContent = isFinal ? messageForError(code) : text("loading");
  const titles = await engine.titles(input.value, 50).catch(() => []);
  if (turn !== latestTurn || answeredTurn === turn) return;
  if (isFinal) queryParts.replaceChildren();
  more.replaceChildren();
  statusLine.textContent = isFinal ? pluralText("hits", titles.length) : "";
  rows.replaceChildren(...titles.map((entry) => buildRow(describeTitle(entry))));
}

function toggleFacet(facet, value) {
  toggle(selected, facet, value);
  shownCount = PAGE_SIZE;
  search("step");
}

/** Downloads all results of the shown request as CSV, in the order that is shown. */
async function downloadCsv() {
  const request = shownRequest ?? buildRequest(PAGE_SIZE);
  const found = [];
  for (let total = 1; found.length < total; ) {
    const part = await engine.search({ ...request, limit: 500, offset: found.length, facets: [], explain: false }, "export");
    if (part.hits.length === 0) break;
    found.push(...part.hits);
    total = part.total;
  }
  const [{ saveLines, toCell }] = await Promise.all([import("./export.js"), loadStudies(true)]);
  const figures = ["ci_low", "ci_high", "sample_size"];
  const facets = ["status", "outcome", "metric", "grade", "reuse", "market", "channel", "tactic", "objective", "owner"];
  const lines = orderHits(found, request.sort).studies.map(({ id, kind, title, url, language, facts }) => {
    const { c: [low, high] = [], n: sample } = (kind === "case-study" && findStudy(url)) || {};
    return [id, kind, title, new URL(url, root).href, language, facts.start, facts.change, low, high, sample, ...facets.map((facet) => (facts[facet] ?? []).map((value) => label(facet, value)).join("; "))].map(toCell).join(",");
  });
  saveLines([`id,type,title,address,language,start,lift,${[...figures, ...facets].join(",")}`, ...lines], "results.csv");
}

listenToTyping(input, () => ((shownCount = PAGE_SIZE), search("typed")), () => (latestTurn += 1));
let isKeyOfInputMethod = false;
input.addEventListener("keydown", (event) => (isKeyOfInputMethod = isComposing(event)));
// Enter, and leaving the box.
input.addEventListener("change", () => search("step"));
page.querySelector("[data-search-box]").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!isKeyOfInputMethod) search("step");
});
addEventListener("popstate", () => {
  submittedAddress = location.href;
  readAddress();
  search();
});
// What was typed before this script ran stays.
const typed = input.value;
readAddress();
if (typed) input.value = typed;
if (input.value.trim()) showPartsAsTyped();
// The list of titles and the engine are on their way while the labels are; the list first, because it is shown first.
if (input.value.trim() && !selected.size) engine.titles(input.value, 1).catch(() => {});
engine.open().catch(() => {});
loadLabels().then(() => search());
