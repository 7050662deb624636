// Filters the rows of a page by market group, market and tactic; hides empty groups, and keeps the selection in the URL.
import { pluralText, showNarrowed } from "./site.js";

const form = document.querySelector("[data-term-filter]");
const selects = [...form.querySelectorAll("select")];
const rows = [...document.querySelectorAll("[data-filter-row]")];
const groups = [...document.querySelectorAll("[data-filter-group]")];
const folds = [...document.querySelectorAll("[data-filter-fold]")];
const status = form.querySelector("[data-filter-status]");
const search = form.querySelector("[data-filter-search]");
/** The search for the rows of all pages, to which the selected terms are added. */
const wholeSearch = new URL(search.href);

function applyFilter() {
  const chosen = selects.filter((select) => select.value);
  for (const row of rows) row.hidden = !chosen.every((select) => (row.dataset[select.name] ?? "").split(" ").includes(select.value));
  for (const group of groups) group.hidden = !group.querySelector("[data-filter-row]:not([hidden])");
  for (const fold of folds) {
    fold.hidden = !fold.querySelector("[data-filter-row]:not([hidden])");
    if (chosen.length) fold.open = true;
  }
  // Counts and folds are those of all rows.
  document.body.classList.toggle("filtered", chosen.length > 0);
  const visible = rows.filter((row) => !row.hidden);
  status.textContent = chosen.length ? pluralText("filter_rows", visible.length) : "";
  const address = new URL(wholeSearch);
  address.searchParams.set("q", [wholeSearch.searchParams.get("q"), ...chosen.map((select) => `${select.name}:${select.value}`)].join(" "));
  search.href = address.href;
}

function writeToUrl() {
  const address = new URL(location.href);
  for (const { name, value } of selects) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  history.replaceState(null, "", address);
}

const parameters = new URLSearchParams(location.search);
for (const select of selects) {
  select.value = parameters.get(select.name) ?? "";
  if (select.selectedIndex < 0) select.value = "";
  select.addEventListener("change", () => {
    applyFilter();
    writeToUrl();
  });
}
form.addEventListener("submit", (event) => event.preventDefault());
applyFilter();
showNarrowed();
