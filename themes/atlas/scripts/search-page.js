// The search page: query, facets, sorting, two views, excerpts, a spreadsheet; all of it in the address.
import { reasonFor } from "./dialog.js";
import { element, marked } from "./dom.js";
import * as engine from "./engine.js";
import { chosenInAddress, draw, drawChosen, intoAddress, toggle } from "./facets.js";
import { row } from "./rows.js";
import { count, data, language, number, text } from "./site.js";

const STEP = 20;
const NAMES = ["type", "outcome", "status", "group", "market", "channel", "tactic", "objective", "grade", "reuse", "year", "language"];
const SORTS = [["relevance", "sort_relevance"], ["date", "sort_date"], ["lift", "sort_lift"], ["grade", "sort_grade"]];
const page = document.querySelector("[data-search-page]");
const input = page.querySelector("input[name=q]");
const reading = page.querySelector("[data-reading]");
const address = new URLSearchParams(location.search);
const chosen = chosenInAddress(NAMES);
let shown = STEP, turn = 0, labels = {}, view = address.get("view") === "cards" ? "cards" : "rows";

const sorting = element("select", { "aria-label": text("sort_by"), onchange: () => search() }, SORTS.map(([id, key]) => element("option", { value: id }, text(key))));
sorting.value = address.get("sort") || "relevance";
input.value = address.get("q") ?? "";
const views = element("button", { type: "button", class: "button", onclick: () => ((view = view === "rows" ? "cards" : "rows"), search()) });
const save = element("button", { type: "button", class: "button", onclick: () => spreadsheet() }, text("export"));
const why = element("button", { type: "button", class: "button", "aria-pressed": "false", onclick: () => (why.setAttribute("aria-pressed", String(why.getAttribute("aria-pressed") === "false")), search()) }, text("explain"));
const said = element("p", { class: "list-count", role: "status" });
const chips = element("div", { class: "chips" });
const rows = element("ol", { class: "rows" });
const more = element("p", { class: "pages" });
const panels = page.querySelector("[data-search-facets]");
panels.className = "facets";
panels.setAttribute("popover", "");
panels.id = "_facets";
page.querySelector("[data-search-results]").append(
  element("div", { class: "list-head" }, said, element("button", { type: "button", class: "button filter-button", popovertarget: "_facets" }, text("filters")), chips, element("span", { class: "list-sort" }, sorting, views, save, why)), rows, more);

function request(limit, offset = 0) {
  const filters = Object.fromEntries([...chosen].map(([facet, values]) => [facet, [...values]]));
  return { text: input.value.trim(), limit, offset, sort: sorting.value, facets: ["*"], prefix_last: document.activeElement === input, explain: why.getAttribute("aria-pressed") === "true", filters };
}

async function search() {
  const now = ++turn;
  intoAddress(chosen, { q: input.value.trim(), sort: sorting.value === "relevance" ? "" : sorting.value, view: view === "cards" ? "cards" : "" });
  views.textContent = text(view === "cards" ? "rows" : "cards");
  try {
    const response = await engine.search(request(shown));
    if (now === turn) await show(response, now);
  } catch (error) {
    if (error.code !== "superseded" && now === turn) await showTitles(error.code);
  }
}

async function show(response, now) {
  const all = facets(response);
  draw(panels, all, chosen, change);
  drawChosen(chips, all, chosen, change, () => (chosen.clear(), search()));
  said.textContent = count("hits", response.total);
  reading.replaceChildren(...understood(response));
  rows.className = view === "cards" ? "cards" : "rows";
  const places = response.hits.map((hit) => row(entry(hit)));
  rows.replaceChildren(...places);
  response.hits.forEach((hit, index) => hit.explain && places[index].append(reasons(hit.explain)));
  const rest = response.total - response.hits.length;
  more.replaceChildren(...(rest > 0 ? [element("button", { type: "button", class: "button", onclick: () => ((shown += STEP), search()) }, `${text("show_more")} (${number(rest)})`)] : []));
  if (response.total === 0) rows.replaceChildren(element("li", { class: "empty" }, element("strong", {}, text("nothing", { text: input.value })), element("p", {}, text("nothing_hint"))));
  if (!input.value.trim()) return;
  const found = await engine.excerpts(input.value.trim(), response.hits.slice(0, 10)).catch(() => []);
  if (now === turn) found.forEach(({ excerpt, section }, index) => excerpt?.text && places[index].append(excerptOf(excerpt, section, response.hits[index])));
}

function excerptOf(excerpt, section, hit) {
  const heading = section?.heading ? [element("b", {}, section.heading), " "] : [];
  return element("p", { class: "excerpt", lang: hit.language }, ...heading, ...marked(excerpt.text, excerpt.marks));
}

/** Why a hit stands where it stands. */
function reasons({ total, parts }) {
  const line = ({ name, value, why }) => element("li", {}, element("b", {}, value.toFixed(2)), ` ${name}${why ? `: ${why}` : ""}`);
  return element("ul", { class: "excerpt reasons" }, element("li", {}, element("b", {}, total.toFixed(2))), parts.map(line));
}

/** How the query was read, where that is not plain. */
function understood(response) {
  const parts = [];
  if (response.corrected) parts.push(text("corrected", { text: response.corrected.text }));
  if (response.reading?.filters?.length) parts.push(text("read_as", { text: response.reading.text }));
  for (const hint of response.hints ?? []) {
    const near = hint.nearest?.length ? text("did_you_mean", { list: hint.nearest.join(", ") }) : "";
    parts.push(`${[hint.field, hint.value].filter(Boolean).join(":")} – ${near || hint.message}`);
  }
  return parts.length ? [parts.join(" · ")] : [];
}

function label(facet, id) {
  if (facet === "language") return languageName(id);
  if (facet === "type") return text(`type_${id.replace("-", "_")}`);
  return labels[facet]?.get(id) ?? id;
}

function languageName(id) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(id);
  } catch {
    return id;
  }
}

function facets(response) {
  return NAMES.map((id) => {
    const values = (response.facets?.[id] ?? []).map(({ value, count }) => ({ id: value, label: label(id, value), count }));
    return { id, label: text(`facet_${id}`), values, name: (value) => label(id, value), open: ["type", "outcome", "market", "tactic"].includes(id) };
  });
}

function entry(hit) {
  const facts = hit.facts;
  const few = (facet) => (facts[facet] ?? []).slice(0, 3).map((id) => label(facet, id)).join(", ");
  const outcome = facts.outcome?.[0] ?? facts.status?.[0];
  const list = [hit.kind !== "case-study" && label("type", hit.kind), few("market"), few("channel"), few("tactic"), facts.start && month(facts.start)].filter(Boolean);
  const grade = facts.grade?.[0]?.toUpperCase();
  const effect = typeof facts.lift === "number" && facts.metric?.[0] ? [signed(facts.lift), label("metric", facts.metric[0])] : null;
  return { url: hit.url, title: hit.title, language: hit.language === language ? null : hit.language, signal: outcome && [outcome, label("outcome", outcome)], facts: list, effect, grade: grade && [grade, label("grade", grade)] };
}

const signed = (value) => `${new Intl.NumberFormat(language, { signDisplay: "exceptZero", maximumFractionDigits: 1 }).format(value).replace("-", "−")}%`;
const month = (day) => new Intl.DateTimeFormat(language, { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(day));

async function showTitles(code) {
  reading.textContent = reasonFor(code);
  const found = await engine.titles(input.value, 50).catch(() => []);
  said.textContent = count("hits", found.length);
  rows.replaceChildren(...found.map((found) => row({ url: found.u, title: found.t, language: found.l, facts: [found.k === "case-study" ? "" : label("type", found.k)].filter(Boolean), signal: found.o && [found.o, label("outcome", found.o)], grade: found.g && [found.g, label("grade", found.g)] })));
}

function change(facet, value) {
  toggle(chosen, facet, value);
  shown = STEP;
  search();
}

/** The results as a file for spreadsheets; cells that look like formulas are made harmless. */
async function spreadsheet() {
  const { hits } = await engine.search(request(1000));
  const safe = (value) => `"${String(value ?? "").replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  const lines = hits.map(({ id, title, url, facts }) => [id, title, new URL(url, new URL("../", location.href)).href, ...["market", "channel", "tactic", "outcome", "grade"].map((facet) => (facts[facet] ?? []).map((value) => label(facet, value)).join("; ")), facts.start ?? ""].map(safe).join(","));
  const file = new Blob(["\ufeff", ["id,title,address,markets,channels,tactics,outcome,grade,start", ...lines].join("\r\n")], { type: "text/csv" });
  const link = element("a", { href: URL.createObjectURL(file), download: "results.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

input.addEventListener("input", () => ((shown = STEP), search()));
page.querySelector("[data-search-box]").addEventListener("submit", (event) => (event.preventDefault(), search()));
data("data/terms.json").then((terms) => (labels = Object.fromEntries(Object.entries(terms).map(([facet, values]) => [facet, new Map(values)]))), () => {}).finally(search);
