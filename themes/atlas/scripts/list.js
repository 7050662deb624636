// The list of all case studies: narrowed and sorted in the page from one compact file, asked for when it is needed.
import { element } from "./dom.js";
import { chosenInAddress, draw, drawChosen, intoAddress, toggle } from "./facets.js";
import { row } from "./rows.js";
import { count, data, number, text } from "./site.js";

const STEP = 100;
const NAMES = ["outcome", "market", "group", "channel", "tactic", "grade", "year"];
const TERMS = ["market", "group", "channel", "tactic"];
const page = document.querySelector("[data-list]");
const place = (name) => page.querySelector(`[data-${name}]`);
const before = { rows: [...place("rows").childNodes], pages: [...place("pages").childNodes], count: place("count").textContent };
const chosen = chosenInAddress(NAMES);
const sorting = place("sort");
sorting.value = new URLSearchParams(location.search).get("sort") || "date";
let shown = STEP;
let studies = null;
let terms = null;

/** Values of a study in a facet. */
function values(study, facet) {
  const kind = TERMS.indexOf(facet);
  if (kind >= 0) return study.m[kind].map((index) => terms[facet][index][0]);
  if (facet === "outcome") return [study.s];
  if (facet === "grade") return study.g ? [study.g[0]] : [];
  return study.y ? [String(study.y)] : [];
}

function fits(study, but) {
  for (const [facet, wanted] of chosen) {
    if (facet !== but && !values(study, facet).some((value) => wanted.has(value))) return false;
  }
  return true;
}

const orders = {
  date: () => 0,
  grade: (a, b) => (a.g?.[0] ?? "Z").localeCompare(b.g?.[0] ?? "Z"),
  lift: (a, b) => (b.x ?? -Infinity) - (a.x ?? -Infinity),
};

function facets() {
  return NAMES.map((facet) => {
    const counts = new Map();
    for (const study of studies) {
      if (!fits(study, facet)) continue;
      for (const value of values(study, facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const label = new Map(terms[facet] ?? []);
    const order = facet === "year" ? (a, b) => b.id - a.id : facet === "grade" ? (a, b) => a.id.localeCompare(b.id) : (a, b) => b.count - a.count || a.label.localeCompare(b.label);
    const ids = new Set([...counts.keys(), ...(chosen.get(facet) ?? [])]);
    const list = [...ids].map((id) => ({ id, label: label.get(id) ?? id, count: counts.get(id) ?? 0 })).sort(order);
    return { id: facet, label: text(`facet_${facet}`), values: list, open: ["outcome", "market", "tactic"].includes(facet) };
  });
}

function change(facet, value) {
  toggle(chosen, facet, value);
  shown = STEP;
  show();
}

function clear() {
  chosen.clear();
  show();
}

async function show() {
  const wanted = await load().catch(() => false);
  if (!wanted) return;
  intoAddress(chosen, { sort: sorting.value === "date" ? "" : sorting.value });
  const all = facets();
  draw(document.querySelector("[data-facets]"), all, chosen, change);
  drawChosen(place("chosen"), all, chosen, change, clear);
  const found = studies.filter((study) => fits(study)).sort(orders[sorting.value] ?? orders.date);
  const plain = chosen.size === 0 && sorting.value === "date" && shown === STEP;
  place("count").textContent = plain ? before.count : count("count", found.length);
  place("rows").replaceChildren(...(plain ? before.rows : found.slice(0, shown).map((study) => row(entry(study)))));
  place("pages").replaceChildren(...(plain ? before.pages : more(found.length)));
}

function more(all) {
  if (all <= shown) return [];
  const button = element("button", { type: "button", class: "button", onclick: () => ((shown += STEP), show()) }, `${text("show_more")} (${number(all - shown)})`);
  return [element("p", { class: "pages" }, button)];
}

function entry(study) {
  const label = new Map(terms.outcome).get(study.s) ?? study.s;
  return { url: `case-studies/${study.u}`, title: study.t, language: study.l, signal: [study.s, label], facts: study.f, effect: study.e, interval: study.i, grade: study.g };
}

async function load() {
  if (!studies) [terms, studies] = await Promise.all([data("data/terms.json"), data(page.dataset.list)]);
  return true;
}

sorting.addEventListener("change", show);
if (chosen.size || sorting.value !== "date") show();
else if (studies === null) ("requestIdleCallback" in window ? requestIdleCallback : setTimeout)(() => page.querySelectorAll(".row").length < STEP && show());
document.querySelector("[data-facets]").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-value]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  change(link.closest("[data-facet]").dataset.facet, link.dataset.value);
});
