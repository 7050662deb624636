// Narrows the backlog in all its views by market, region, channel, tactic, status and owner; the address keeps the choice.
import { text } from "./site.js";

const form = document.querySelector("[data-ideas]");
const selects = [...form.querySelectorAll("select")];
const said = form.querySelector("[data-ideas-said]");
const table = document.querySelector("#table tbody");
const pages = document.querySelector("#table .pages");
const whole = new Map([...document.querySelectorAll(".column h3 .number, [data-more] a")].map((part) => [part, part.textContent]));

const holds = (row) => selects.every(({ name, value }) => !value || (name === "owner" ? row.dataset.owner === value : row.dataset.keys.split(" ").includes(value)));
const chosen = () => selects.some((select) => select.value);

/** The rest of the table stands on further pages: it is fetched once, as soon as somebody narrows it. */
let rest;
const complete = () => (rest ??= follow(document, location.href));
async function follow(page, address) {
  const next = page.querySelector("#table .pages a[rel=next]");
  if (!next) return;
  const at = new URL(next.getAttribute("href"), address).href;
  const further = new DOMParser().parseFromString(await (await fetch(at)).text(), "text/html");
  for (const row of further.querySelectorAll("#table tbody tr")) {
    const link = row.querySelector("a");
    link.href = new URL(link.getAttribute("href"), at).href;
    table.append(document.adoptNode(row));
  }
  await follow(further, at);
}

async function apply() {
  if (chosen()) await complete().catch(() => undefined);
  for (const row of document.querySelectorAll("[data-keys]")) row.hidden = !holds(row);
  const rows = [...table.rows].filter((row) => !row.hidden);
  for (const column of document.querySelectorAll(".column")) {
    const all = rows.filter((row) => row.dataset.keys.split(" ").includes(column.dataset.status)).length;
    const left = all - column.querySelectorAll(".idea:not([hidden])").length;
    const [number, more] = [column.querySelector("h3 .number"), column.querySelector("[data-more]")];
    number.textContent = chosen() ? all : whole.get(number);
    if (!more) continue;
    more.hidden = chosen() && left === 0;
    const link = more.querySelector("a");
    link.textContent = chosen() ? text("ideas_more", { n: left }) : whole.get(link);
  }
  const market = selects.find((select) => select.name === "market")?.value;
  for (const card of document.querySelectorAll("[data-market]")) card.hidden = (market && card.dataset.market !== market) || !card.querySelector("li:not([hidden])");
  if (pages) pages.hidden = chosen();
  said.textContent = chosen() ? text("ideas_found", { n: rows.length }) : "";
}

function keep() {
  const address = new URL(location.href);
  for (const { name, value } of selects) {
    if (value) address.searchParams.set(name, value.replace(`${name}:`, ""));
    else address.searchParams.delete(name);
  }
  history.replaceState(null, "", address);
}

const asked = new URLSearchParams(location.search);
for (const select of selects) {
  const value = asked.get(select.name);
  if (value) select.value = select.name === "owner" ? value : `${select.name}:${value}`;
  if (select.selectedIndex < 0) select.value = "";
}
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", () => {
  keep();
  apply();
});
if (chosen()) apply();
