// Filters the backlog in all its views by market, region, channel, tactic, status and owner; the URL keeps the selection.
import { text } from "./site.js";

const form = document.querySelector("[data-ideas]");
const selects = [...form.querySelectorAll("select")];
const statusLine = form.querySelector("[data-ideas-said]");
const table = document.querySelector("#table tbody");
const pages = document.querySelector("#table .pages");
const originalTexts = new Map([...document.querySelectorAll(".column h3 .number, [data-more] a")].map((element) => [element, element.textContent]));

const matches = (row) => selects.every(({ name, value }) => !value || (name === "owner" ? row.dataset.owner === value : row.dataset.keys.split(" ").includes(value)));
const isFiltered = () => selects.some((select) => select.value);

/** Loads the rows of the following pages of the table, once, when the first filter is set. */
let remainingRows;
const loadRemainingRows = () => (remainingRows ??= appendFollowingPages(document, location.href));
async function appendFollowingPages(page, base) {
  const next = page.querySelector("#table .pages a[rel=next]");
  if (!next) return;
  const url = new URL(next.getAttribute("href"), base).href;
  const nextDocument = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");
  for (const row of nextDocument.querySelectorAll("#table tbody tr")) {
    const link = row.querySelector("a");
    link.href = new URL(link.getAttribute("href"), url).href;
    table.append(document.adoptNode(row));
  }
  await appendFollowingPages(nextDocument, url);
}

async function apply() {
  if (isFiltered()) await loadRemainingRows().catch(() => undefined);
  for (const row of document.querySelectorAll("[data-keys]")) row.hidden = !matches(row);
  const rows = [...table.rows].filter((row) => !row.hidden);
  for (const column of document.querySelectorAll(".column")) {
    const all = rows.filter((row) => row.dataset.keys.split(" ").includes(column.dataset.status)).length;
    const remaining = all - column.querySelectorAll(".idea:not([hidden])").length;
    const [number, more] = [column.querySelector("h3 .number"), column.querySelector("[data-more]")];
    number.textContent = isFiltered() ? all : originalTexts.get(number);
    if (!more) continue;
    more.hidden = isFiltered() && remaining === 0;
    const link = more.querySelector("a");
    link.textContent = isFiltered() ? text("ideas_more", { n: remaining }) : originalTexts.get(link);
  }
  const market = selects.find((select) => select.name === "market")?.value;
  for (const card of document.querySelectorAll("[data-market]")) card.hidden = (market && card.dataset.market !== market) || !card.querySelector("li:not([hidden])");
  if (pages) pages.hidden = isFiltered();
  statusLine.textContent = isFiltered() ? text("ideas_found", { n: rows.length }) : "";
}

function writeToUrl() {
  const url = new URL(location.href);
  for (const { name, value } of selects) {
    if (value) url.searchParams.set(name, value.replace(`${name}:`, ""));
    else url.searchParams.delete(name);
  }
  history.replaceState(null, "", url);
}

const parameters = new URLSearchParams(location.search);
for (const select of selects) {
  const value = parameters.get(select.name);
  if (value) select.value = select.name === "owner" ? value : `${select.name}:${value}`;
  if (select.selectedIndex < 0) select.value = "";
}
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", () => {
  writeToUrl();
  apply();
});
if (isFiltered()) apply();
