// The list of all case studies: filters and sorts it in the browser, from one compact file that is fetched when it is needed.
import { element } from "./dom.js";
import { buildAddress, drawFacets, drawSelected, selectedFromUrl, toggle } from "./facets.js";
import { loadLabels } from "./labels.js";
import { addDivider, createMetricSelect, orderStudies } from "./order.js";
import { buildRow, describeStudy } from "./rows.js";
import { fetchJson, formatNumber, language, pluralText, showNarrowed, text } from "./site.js";

const PAGE_SIZE = 100;
/** The order of the site's language, not of the browser's. */
const collator = new Intl.Collator(language);
/** The panels that the page has. */
const PANELS = [...document.querySelectorAll("[data-facets] [data-facet]")].map((panel) => ({ id: panel.dataset.facet, label: panel.querySelector("summary").textContent, open: panel.open }));
const TERM_FACETS = ["market", "group", "channel", "tactic"];
const page = document.querySelector("[data-list]");
const part = (name) => page.querySelector(`[data-${name}]`);
const original = { rows: [...part("rows").childNodes], pages: [...part("pages").childNodes], count: part("count").textContent };
const selected = selectedFromUrl(PANELS.map(({ id }) => id));
const sortSelect = part("sort");
sortSelect.value = new URLSearchParams(location.search).get("sort") || "date";
// An order that the list does not have leaves it as it is.
if (sortSelect.selectedIndex < 0) sortSelect.value = "date";
let shownCount = PAGE_SIZE;
let studies = null;
let terms = null;
/** The id of the metric that the reader has chosen to compare gains by. */
let chosenMetric = new URLSearchParams(location.search).get("metric") ?? "";
/** The studies that pass the filters, in the order that is shown. */
let shownStudies = [];
const metricSelect = createMetricSelect((metric) => {
  chosenMetric = metric;
  update();
});
const exportButton = element("button", { type: "button", class: "button", onclick: () => saveShown() }, text("export"));
sortSelect.closest("label").after(metricSelect.node, exportButton);

/** The values of a study in a facet. */
function facetValues(study, facet) {
  const termKind = TERM_FACETS.indexOf(facet);
  if (termKind >= 0) return study.m[termKind].map((index) => terms[facet][index][0]);
  if (facet === "outcome") return [study.s];
  if (facet === "grade") return study.g ? [study.g[0]] : [];
  if (facet === "year") return study.y.map(String);
  return study.p?.[facet] ?? [];
}

/** Whether a study has a selected value in every facet, without looking at `exceptFacet`. */
function matches(study, exceptFacet) {
  for (const [facet, ids] of selected) {
    if (facet !== exceptFacet && !facetValues(study, facet).some((value) => ids.has(value))) return false;
  }
  return true;
}

/** What counts of a study in the orders of `orderStudies`. */
const readStudy = (study) => ({ grade: study.g?.[0], compared: study.x, isRetired: Boolean(study.r) });

function countFacets() {
  return PANELS.map(({ id: facet, label: panelLabel, open }) => {
    const counts = new Map();
    for (const study of studies) {
      if (!matches(study, facet)) continue;
      for (const value of facetValues(study, facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const label = new Map(terms[facet] ?? []);
    const order = facet === "year" ? (a, b) => b.id - a.id : facet === "grade" ? (a, b) => collator.compare(a.id, b.id) : (a, b) => b.count - a.count || collator.compare(a.label, b.label);
    const ids = new Set([...counts.keys(), ...(selected.get(facet) ?? [])]);
    const list = [...ids].map((id) => ({ id, label: label.get(id) ?? id, count: counts.get(id) ?? 0 })).sort(order);
    return { id: facet, label: panelLabel, values: list, open };
  });
}

function toggleFacet(facet, value) {
  toggle(selected, facet, value);
  shownCount = PAGE_SIZE;
  update();
}

function clearFacets() {
  selected.clear();
  update();
}

async function update() {
  const isLoaded = await load().catch(() => false);
  if (!isLoaded) return;
  const ordered = orderStudies(studies.filter((study) => matches(study)), sortSelect.value, chosenMetric, readStudy);
  shownStudies = ordered.studies;
  metricSelect.draw(ordered);
  const isMostFrequent = ordered.metric === ordered.metrics[0]?.[0];
  history.replaceState(null, "", buildAddress(selected, { sort: sortSelect.value === "date" ? "" : sortSelect.value, metric: isMostFrequent ? "" : ordered.metric }));
  const allFacets = countFacets();
  drawFacets(document.querySelector("[data-facets]"), allFacets, selected, toggleFacet);
  drawSelected(part("chosen"), allFacets, selected, toggleFacet, clearFacets);
  const isUnfiltered = selected.size === 0 && sortSelect.value === "date" && shownCount === PAGE_SIZE;
  part("count").textContent = isUnfiltered ? original.count : pluralText("count", shownStudies.length);
  const rows = () => addDivider(shownStudies.slice(0, shownCount).map((study) => buildRow(describeStudy(study))), ordered, shownCount);
  part("rows").replaceChildren(...(isUnfiltered ? original.rows : rows()));
  part("pages").replaceChildren(...(isUnfiltered ? original.pages : moreButton(shownStudies.length)));
}

/** Saves the studies that pass the filters as they stand in the published table, in the order that is shown. */
async function saveShown() {
  await load();
  if (shownStudies.length === 0 && selected.size === 0) shownStudies = studies;
  const { findPublishedLines, saveLines } = await import("./export.js");
  saveLines(await findPublishedLines(shownStudies.map(({ u }) => `case-studies/${u}`)), "case-studies.csv");
}

function moreButton(total) {
  if (total <= shownCount) return [];
  const button = element("button", { type: "button", class: "button", onclick: () => ((shownCount += PAGE_SIZE), update()) }, `${text("show_more")} (${formatNumber(total - shownCount)})`);
  return [element("p", { class: "pages" }, button)];
}

async function load() {
  if (studies) return true;
  const [labels, rows] = await Promise.all([fetchJson("data/terms.json"), fetchJson(page.dataset.list), loadLabels()]);
  terms = labels;
  // A translation is listed and counted with its original.
  studies = rows.filter(({ d }) => !d);
  return true;
}

sortSelect.addEventListener("change", update);
if (selected.size || sortSelect.value !== "date") update().finally(showNarrowed);
else {
  showNarrowed();
  ("requestIdleCallback" in window ? requestIdleCallback : setTimeout)(() => page.querySelectorAll(".row").length < PAGE_SIZE && update());
}
document.querySelector("[data-facets]").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-value]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  toggleFacet(link.closest("[data-facet]").dataset.facet, link.dataset.value);
});
