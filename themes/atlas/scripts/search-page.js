// The search page: query, facets, sorting, two views, excerpts, a spreadsheet; all of it in the address.
import { reasonFor } from "./dialog.js";
import { element, marked } from "./dom.js";
import * as engine from "./engine.js";
import { chosenInAddress, draw, drawChosen, intoAddress, toggle } from "./facets.js";
import { kind, label, labelled, standing } from "./labels.js";
import { row } from "./rows.js";
import { count, language, number, root, text } from "./site.js";

const STEP = 20;
const NAMES = ["type", "outcome", "status", "group", "market", "channel", "tactic", "objective", "grade", "reuse", "year", "language"];
const SORTS = [["relevance", "sort_relevance"], ["date", "sort_date"], ["lift", "sort_lift"], ["grade", "sort_grade"]];
const page = document.querySelector("[data-search-page]");
const input = page.querySelector("input[name=q]");
const reading = page.querySelector("[data-reading]");
const address = new URLSearchParams(location.search);
const chosen = chosenInAddress(NAMES);
let shown = Math.min(Number(address.get("show")) || STEP, 1000), turn = 0, answered = 0, view = address.get("view") === "cards" ? "cards" : "rows";

const sorting = element("select", { "aria-label": text("sort_by"), onchange: () => search() }, SORTS.map(([id, key]) => element("option", { value: id }, text(key))));
sorting.value = address.get("sort") || "relevance";
input.value = address.get("q") ?? "";
const otherView = () => text(view === "cards" ? "rows" : "cards");
const views = element("button", { type: "button", class: "button", onclick: () => ((view = view === "rows" ? "cards" : "rows"), (views.textContent = otherView()), search()) }, otherView());
const save = element("button", { type: "button", class: "button", onclick: () => spreadsheet() }, text("export"));
const why = element("button", { type: "button", class: "button", "aria-pressed": String(address.has("explain")), onclick: () => (why.setAttribute("aria-pressed", String(why.getAttribute("aria-pressed") === "false")), search()) }, text("explain"));
const said = element("p", { class: "list-count", role: "status" });
const chips = element("div", { class: "chips" });
const parts = element("div", { class: "chips search-parts" });
const rows = element("ol", { class: "rows" });
const more = element("p", { class: "pages" });
const panels = page.querySelector("[data-search-facets]");
panels.className = "facets";
panels.setAttribute("popover", "");
panels.id = "_facets";
reading.after(parts);
const results = page.querySelector("[data-search-results]");
results.append(
  element("div", { class: "list-head" }, said, element("button", { type: "button", class: "button filter-button", popovertarget: "_facets" }, text("filters")), chips, element("span", { class: "list-sort" }, sorting, views, save, why)), rows, more);

function request(limit, offset = 0) {
  const filters = Object.fromEntries([...chosen].map(([facet, values]) => [facet, [...values]]));
  return { text: input.value.trim(), limit, offset, sort: sorting.value, facets: ["*"], prefix_last: document.activeElement === input, explain: why.getAttribute("aria-pressed") === "true", filters };
}

async function search() {
  const now = ++turn;
  intoAddress(chosen, { q: input.value.trim(), sort: sorting.value === "relevance" ? "" : sorting.value, view: view === "cards" ? "cards" : "", explain: why.getAttribute("aria-pressed") === "true" ? "1" : "", show: shown > STEP ? shown : "" });
  results.ariaBusy = "true";
  // Until the engine is there, titles are better than an empty page; they know nothing of facets.
  if (!engine.ready && input.value.trim() && !chosen.size) showTitles(engine.trouble, now);
  try {
    const response = await engine.search(request(shown), "page");
    if (now === turn) await show(response, now);
  } catch (error) {
    if (error.code !== "superseded" && now === turn) await showTitles(error.code, now);
  }
  if (now === turn) results.ariaBusy = "false";
}

async function show(response, now) {
  answered = now;
  const all = facets(response);
  draw(panels, all, chosen, change);
  drawChosen(chips, all, chosen, change, () => (chosen.clear(), search()));
  said.textContent = count("hits", response.total);
  reading.replaceChildren(...understood(response));
  parts.replaceChildren(...removable(response.reading));
  rows.className = view === "cards" ? "cards" : "rows";
  const places = response.hits.map((hit) => row(entry(hit)));
  rows.replaceChildren(...places);
  response.hits.forEach((hit, index) => hit.explain && places[index].append(reasons(hit.explain)));
  const rest = response.total - response.hits.length;
  more.replaceChildren(...(rest > 0 ? [element("button", { type: "button", class: "button", onclick: () => ((shown += STEP), search()) }, `${text("show_more")} (${number(rest)})`)] : []));
  if (response.total === 0) rows.replaceChildren(element("li", { class: "empty" }, element("strong", {}, text("nothing", { text: input.value })), element("p", {}, text("nothing_hint"))));
  if (!input.value.trim()) return;
  const found = await engine.excerpts(input.value.trim(), response.hits.slice(0, 10)).catch(() => []);
  if (now !== turn) return;
  found.forEach(({ excerpt, section }, index) => {
    if (excerpt?.text) places[index].append(excerptOf(excerpt, section, response.hits[index]));
    if (section?.anchor) places[index].querySelector("a").hash = section.anchor;
  });
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
  for (const hint of response.hints ?? []) {
    const near = hint.nearest?.length ? text("did_you_mean", { list: hint.nearest.join(", ") }) : "";
    parts.push(`${[hint.field, hint.value].filter(Boolean).join(":")} – ${near || hint.message}`);
  }
  return parts.length ? [parts.join(" · ")] : [];
}

/** The words and filters of a query as labels, each of which takes itself away. */
function removable(read) {
  const tokens = read.text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  // `a OR b` is one part.
  const joined = tokens.reduce((parts, token) => (token === "OR" || parts.at(-1)?.endsWith(" OR") ? [...parts.slice(0, -1), `${parts.at(-1)} ${token}`] : [...parts, token]), []);
  if (joined.length < 2 && !read.filters.length) return [];
  const without = (at) => ((input.value = joined.filter((_, index) => index !== at).join(" ")), (shown = STEP), search());
  return [text("read_as"), ...joined.map((part, at) => element("button", { type: "button", class: "chip remove", "aria-label": text("remove_part", { part }), onclick: () => without(at) }, element("bdi", {}, part)))];
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
  const list = [kind(hit.kind), few("market"), few("channel"), few("tactic"), hit.kind === "case-study" && facts.day && month(facts.day)].filter(Boolean);
  const grade = facts.grade?.[0]?.toUpperCase();
  const effect = typeof facts.change === "number" && facts.metric?.[0] ? [signed(facts.change), label("metric", facts.metric[0])] : null;
  return { url: arrival(hit), title: hit.title, marks: hit.title_marks, language: hit.language === language ? null : hit.language, signal: standing(facts), facts: list, effect, grade: grade && [grade, label("grade", grade)] };
}

const signed = (value) => `${new Intl.NumberFormat(language, { signDisplay: "exceptZero", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value).replace("-", "−")}%`;
/** A month stays on one line. */
const month = (day) => new Intl.DateTimeFormat(language, { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(day)).replaceAll(" ", "\u00a0");

/** The address of a hit, with the words to mark there. */
function arrival(hit) {
  const url = new URL(hit.url, root);
  const words = engine.fold(input.value);
  if (words && hit.matched?.length) url.searchParams.set("mark", words);
  return url;
}

async function showTitles(code, now) {
  reading.textContent = code ? reasonFor(code) : text("loading");
  const found = await engine.titles(input.value, 50).catch(() => []);
  if (now !== turn || answered === now) return;
  parts.replaceChildren();
  said.textContent = count("hits", found.length);
  rows.replaceChildren(...found.map((found) => row({ url: found.u, title: found.t, language: found.l, facts: [kind(found.k)].filter(Boolean), signal: found.o && [found.o, label("outcome", found.o)], grade: found.g && [found.g, label("grade", found.g)] })));
}

function change(facet, value) {
  toggle(chosen, facet, value);
  shown = STEP;
  search();
}

/** The results as a file for spreadsheets; cells that look like formulas are made harmless. */
async function spreadsheet() {
  const hits = [];
  for (let total = 1; hits.length < total; ) {
    const part = await engine.search({ ...request(500, hits.length), facets: [], explain: false }, "export");
    if (part.hits.length === 0) break;
    hits.push(...part.hits);
    total = part.total;
  }
  // As in the published tables: a sign that begins a formula gets an apostrophe, also behind what parts cells where the separator is another.
  const safe = (value) => (typeof value === "number" ? value : `"${String(value ?? "").replace(/(^|[;\t\r\n])([\s"']*)(?=[=+\-@＝＋－＠])/g, "$1$2'").replaceAll('"', '""')}"`);
  const facets = ["status", "outcome", "metric", "grade", "reuse", "market", "channel", "tactic", "objective", "owner"];
  const lines = hits.map(({ id, kind, title, url, language, facts }) => [id, kind, title, new URL(url, root).href, language, facts.start, facts.change, ...facets.map((facet) => (facts[facet] ?? []).map((value) => label(facet, value)).join("; "))].map(safe).join(","));
  const file = new Blob(["\ufeff", [`id,type,title,address,language,start,lift,${facets.join(",")}`, ...lines].join("\r\n")], { type: "text/csv" });
  const link = element("a", { href: URL.createObjectURL(file), download: "results.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

input.addEventListener("input", () => ((shown = STEP), search()));
page.querySelector("[data-search-box]").addEventListener("submit", (event) => (event.preventDefault(), search()));
labelled().then(search);
