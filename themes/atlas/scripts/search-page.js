// The search page: query, facets, sorting, two views, excerpts and CSV export; the URL keeps the state.
import { messageForError } from "./dialog.js";
import { element, markRanges } from "./dom.js";
import * as engine from "./engine.js";
import { drawFacets, drawSelected, selectedFromUrl, toggle, writeToUrl } from "./facets.js";
import { kindLabel, label, loadLabels, statusOf } from "./labels.js";
import { buildRow } from "./rows.js";
import { formatNumber, language, pluralText, root, text } from "./site.js";

const PAGE_SIZE = 20;
/** Settings in the URL; until the engine lists its facets, any other name may be one. */
const SETTINGS = ["q", "sort", "view", "explain", "show"];
const SORTS = [["relevance", "sort_relevance"], ["date", "sort_date"], ["lift", "sort_lift"], ["grade", "sort_grade"]];
const page = document.querySelector("[data-search-page]");
const input = page.querySelector("input[name=q]");
const readingLine = page.querySelector("[data-reading]");
const parameters = new URLSearchParams(location.search);
const selected = selectedFromUrl([...parameters.keys()].filter((name) => !SETTINGS.includes(name)));
/** The fields of the index that have a panel, in the order of the panels. */
let panelFields = null;
let shownCount = Math.min(Number(parameters.get("show")) || PAGE_SIZE, 1000), latestTurn = 0, answeredTurn = 0, viewMode = parameters.get("view") === "cards" ? "cards" : "rows";

const sortSelect = element("select", { "aria-label": text("sort_by"), onchange: () => search() }, SORTS.map(([id, key]) => element("option", { value: id }, text(key))));
sortSelect.value = parameters.get("sort") || "relevance";
input.value = parameters.get("q") ?? "";
const otherViewLabel = () => text(viewMode === "cards" ? "rows" : "cards");
const viewButton = element("button", { type: "button", class: "button", onclick: () => ((viewMode = viewMode === "rows" ? "cards" : "rows"), (viewButton.textContent = otherViewLabel()), search()) }, otherViewLabel());
const exportButton = element("button", { type: "button", class: "button", onclick: () => downloadCsv() }, text("export"));
const explainButton = element("button", { type: "button", class: "button", "aria-pressed": String(parameters.has("explain")), onclick: () => (explainButton.setAttribute("aria-pressed", String(explainButton.getAttribute("aria-pressed") === "false")), search()) }, text("explain"));
const statusLine = element("p", { class: "list-count", role: "status" });
const selectedChips = element("div", { class: "chips" });
const queryParts = element("div", { class: "chips search-parts" });
const rows = element("ol", { class: "rows" });
const more = element("p", { class: "pages" });
const facetPanels = page.querySelector("[data-search-facets]");
facetPanels.className = "facets";
facetPanels.setAttribute("popover", "");
facetPanels.id = "_facets";
readingLine.after(queryParts);
const results = page.querySelector("[data-search-results]");
results.append(
  element("div", { class: "list-head" }, statusLine, element("button", { type: "button", class: "button filter-button", popovertarget: "_facets" }, text("filters")), selectedChips, element("span", { class: "list-sort" }, sortSelect, viewButton, exportButton, explainButton)), rows, more);

function buildRequest(limit, offset = 0) {
  const filters = Object.fromEntries([...selected].map(([facet, values]) => [facet, [...values]]));
  return { text: input.value.trim(), limit, offset, sort: sortSelect.value, facets: ["*"], prefix_last: document.activeElement === input, explain: explainButton.getAttribute("aria-pressed") === "true", filters };
}

async function loadPanelFields() {
  panelFields = (await engine.fields()).filter(({ panel }) => panel).sort((a, b) => a.panel.place - b.panel.place);
  const names = panelFields.map(({ name }) => name);
  for (const name of selected.keys()) if (!names.includes(name)) selected.delete(name);
}

async function search() {
  const turn = ++latestTurn;
  writeToUrl(selected, { q: input.value.trim(), sort: sortSelect.value === "relevance" ? "" : sortSelect.value, view: viewMode === "cards" ? "cards" : "", explain: explainButton.getAttribute("aria-pressed") === "true" ? "1" : "", show: shownCount > PAGE_SIZE ? shownCount : "" });
  results.ariaBusy = "true";
  // Until the engine is ready, titles are shown; they cannot be filtered by facets.
  if (!engine.isReady && input.value.trim() && !selected.size) showTitles(engine.errorCode, turn);
  try {
    if (!panelFields) await loadPanelFields();
    const response = await engine.search(buildRequest(shownCount), "page");
    if (turn === latestTurn) await drawResponse(response, turn);
  } catch (error) {
    if (error.code !== "superseded" && turn === latestTurn) await showTitles(error.code, turn);
  }
  if (turn === latestTurn) results.ariaBusy = "false";
}

async function drawResponse(response, turn) {
  answeredTurn = turn;
  const all = toFacets(response);
  drawFacets(facetPanels, all, selected, toggleFacet);
  drawSelected(selectedChips, all, selected, toggleFacet, () => (selected.clear(), search()));
  statusLine.textContent = pluralText("hits", response.total);
  readingLine.replaceChildren(...describeReading(response));
  queryParts.replaceChildren(...buildQueryParts(response.reading));
  rows.className = viewMode === "cards" ? "cards" : "rows";
  const rowElements = response.hits.map((hit) => buildRow(toRow(hit)));
  rows.replaceChildren(...rowElements);
  response.hits.forEach((hit, index) => hit.explain && rowElements[index].append(buildExplanation(hit.explain)));
  const remaining = response.total - response.hits.length;
  more.replaceChildren(...(remaining > 0 ? [element("button", { type: "button", class: "button", onclick: () => ((shownCount += PAGE_SIZE), search()) }, `${text("show_more")} (${formatNumber(remaining)})`)] : []));
  if (response.total === 0) rows.replaceChildren(element("li", { class: "empty" }, element("strong", {}, text("nothing", { text: input.value })), element("p", {}, text("nothing_hint"))));
  if (!input.value.trim()) return;
  const excerpts = await engine.excerpts(input.value.trim(), response.hits.slice(0, 10)).catch(() => []);
  if (turn !== latestTurn) return;
  excerpts.forEach(({ excerpt, section }, index) => {
    if (excerpt?.text) rowElements[index].append(buildExcerpt(excerpt, section, response.hits[index]));
    if (section?.anchor) rowElements[index].querySelector("a").hash = section.anchor;
  });
}

function buildExcerpt(excerpt, section, hit) {
  const heading = section?.heading ? [element("b", {}, section.heading), " "] : [];
  return element("p", { class: "excerpt", lang: hit.language }, ...heading, ...markRanges(excerpt.text, excerpt.marks));
}

/** The explanation of a hit's score: the total, and each part with its reason. */
function buildExplanation({ total, parts }) {
  const buildLine = ({ name, value, why }) => element("li", {}, element("b", {}, value.toFixed(2)), ` ${name}${why ? `: ${why}` : ""}`);
  return element("ul", { class: "excerpt reasons" }, element("li", {}, element("b", {}, total.toFixed(2))), parts.map(buildLine));
}

/** Corrections and hints of a response as text; empty where there are none. */
function describeReading(response) {
  const messages = [];
  if (response.corrected) messages.push(text("corrected", { text: response.corrected.text }));
  for (const hint of response.hints ?? []) {
    const suggestion = hint.nearest?.length ? text("did_you_mean", { list: hint.nearest.join(", ") }) : "";
    messages.push(`${[hint.field, hint.value].filter(Boolean).join(":")} – ${suggestion || hint.message}`);
  }
  return messages.length ? [messages.join(" · ")] : [];
}

/** The words and filters of a query as chips, each of which removes itself from the query. */
function buildQueryParts(reading) {
  const tokens = reading.text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  // `a OR b` is one term.
  const queryTerms = tokens.reduce((terms, token) => (token === "OR" || terms.at(-1)?.endsWith(" OR") ? [...terms.slice(0, -1), `${terms.at(-1)} ${token}`] : [...terms, token]), []);
  if (queryTerms.length < 2 && !reading.filters.length) return [];
  const searchWithout = (removed) => ((input.value = queryTerms.filter((_, index) => index !== removed).join(" ")), (shownCount = PAGE_SIZE), search());
  return [text("read_as"), ...queryTerms.map((part, index) => element("button", { type: "button", class: "chip remove", "aria-label": text("remove_part", { part }), onclick: () => searchWithout(index) }, element("bdi", {}, part)))];
}

function toFacets(response) {
  return panelFields.map(({ name: id, panel }) => {
    const values = (response.facets?.[id] ?? []).map(({ value, count }) => ({ id: value, label: label(id, value), count }));
    return { id, label: text(`facet_${id}`), values, name: (value) => label(id, value), open: panel.open };
  });
}

function toRow(hit) {
  const facts = hit.facts;
  const labelsOf = (facet) => (facts[facet] ?? []).slice(0, 3).map((id) => label(facet, id)).join(", ");
  const list = [kindLabel(hit.kind), labelsOf("market"), labelsOf("channel"), labelsOf("tactic"), hit.kind === "case-study" && facts.day && formatMonth(facts.day)].filter(Boolean);
  const grade = facts.grade?.[0]?.toUpperCase();
  const effect = typeof facts.change === "number" && facts.metric?.[0] ? [formatSigned(facts.change), label("metric", facts.metric[0])] : null;
  return { url: hitUrl(hit), title: hit.title, marks: hit.title_marks, language: hit.language === language ? null : hit.language, signal: statusOf(facts), facts: list, effect, grade: grade && [grade, label("grade", grade)] };
}

const formatSigned = (value) => `${new Intl.NumberFormat(language, { signDisplay: "exceptZero", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value).replace("-", "−")}%`;
/** Month and year with a no-break space between them. */
const formatMonth = (day) => new Intl.DateTimeFormat(language, { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(day)).replaceAll(" ", "\u00a0");

/** The URL of a hit, with the words to highlight on the page. */
function hitUrl(hit) {
  const url = new URL(hit.url, root);
  const words = engine.fold(input.value);
  if (words && hit.matched?.length) url.searchParams.set("mark", words);
  return url;
}

async function showTitles(code, turn) {
  readingLine.textContent = code ? messageForError(code) : text("loading");
  const titles = await engine.titles(input.value, 50).catch(() => []);
  if (turn !== latestTurn || answeredTurn === turn) return;
  queryParts.replaceChildren();
  statusLine.textContent = pluralText("hits", titles.length);
  rows.replaceChildren(...titles.map((entry) => buildRow({ url: entry.u, title: entry.t, language: entry.l, facts: [kindLabel(entry.k)].filter(Boolean), signal: entry.o && [entry.o, label("outcome", entry.o)], grade: entry.g && [entry.g, label("grade", entry.g)] })));
}

function toggleFacet(facet, value) {
  toggle(selected, facet, value);
  shownCount = PAGE_SIZE;
  search();
}

/** Downloads all results as CSV; cells that spreadsheets would run as formulas are escaped. */
async function downloadCsv() {
  const hits = [];
  for (let total = 1; hits.length < total; ) {
    const part = await engine.search({ ...buildRequest(500, hits.length), facets: [], explain: false }, "export");
    if (part.hits.length === 0) break;
    hits.push(...part.hits);
    total = part.total;
  }
  // The same rule as in the published CSV files: a sign that starts a formula gets an apostrophe before it, also after a character that
  // separates cells in other dialects.
  const toCell = (value) => (typeof value === "number" ? value : `"${String(value ?? "").replace(/(^|[;\t\r\n])([\s"']*)(?=[=+\-@＝＋－＠])/g, "$1$2'").replaceAll('"', '""')}"`);
  const columns = ["status", "outcome", "metric", "grade", "reuse", "market", "channel", "tactic", "objective", "owner"];
  const lines = hits.map(({ id, kind, title, url, language, facts }) => [id, kind, title, new URL(url, root).href, language, facts.start, facts.change, ...columns.map((facet) => (facts[facet] ?? []).map((value) => label(facet, value)).join("; "))].map(toCell).join(","));
  const file = new Blob(["\ufeff", [`id,type,title,address,language,start,lift,${columns.join(",")}`, ...lines].join("\r\n")], { type: "text/csv" });
  const link = element("a", { href: URL.createObjectURL(file), download: "results.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

input.addEventListener("input", () => ((shownCount = PAGE_SIZE), search()));
page.querySelector("[data-search-box]").addEventListener("submit", (event) => (event.preventDefault(), search()));
loadLabels().then(search);
