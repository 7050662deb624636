// Filters the desk by owner and market. Rows come from one file with all of them, because a page has only some of each section.
import { element, icon, statusBadge } from "./dom.js";
import { fetchJson, formatNumber, pluralText, root, text } from "./site.js";

/** The most rows of a section that are shown before the button is pressed. */
const FIRST_ROWS = 100;
const panel = document.querySelector("[data-desk]");
const found = panel.querySelector("[data-desk-found]");
const selects = new Map(["owner", "market"].map((name) => [name, panel.querySelector(`[data-desk-${name}]`)]).filter(([, select]) => select));
const pages = document.querySelector("[data-desk-pages]");
const index = document.querySelector("[data-desk-index] ul");
const sections = [...document.querySelectorAll("[data-duty]")].map((section) => {
  const [list, count, more] = [".duty-rows", ".count", ".duty-more"].map((part) => section.querySelector(part));
  const entry = index.querySelector(`a[href="#${section.dataset.duty}"]`).closest("li");
  return { kind: section.dataset.duty, section, list, count, more, entry, rows: [...list.childNodes], total: count.textContent };
});
let texts;

const selected = (name) => selects.get(name)?.value ?? "";
const matches = (row) => {
  const [owner, market] = [selected("owner"), selected("market")];
  return (!owner || (row.o?.map(([, label]) => label) ?? [texts.hub]).includes(owner)) && (!market || (row.m ?? "").split(" ").includes(market));
};

/** A text with a button that copies it; as the component `copyable`. */
function copyable(content) {
  return element("div", { class: "copy" }, element("pre", {}, element("code", {}, content)), element("button", { class: "button needs-scripts", type: "button", "data-copy": true }, icon("copy"), element("span", {}, texts.copy)));
}

/** The ways to settle a duty; as the part `answers.html`. */
function buildAnswers(answers) {
  const parts = answers.map(([label, lines, edit, command]) =>
    element("div", {}, element("p", { class: "hint" }, label), lines && copyable(lines), edit && element("p", { class: "answer-edit" }, element("a", { href: edit }, texts.edit)), command && lines && element("p", { class: "hint" }, texts.command), command && copyable(command)));
  return element("details", { class: "disclose" }, element("summary", {}, texts.ready), element("div", { class: "answers" }, parts));
}

/** A link, or a text that has no page. */
const buildLink = ([url, label]) => (url ? element("a", { href: new URL(url, root) }, element("bdi", {}, label)) : element("span", {}, label));

/** A row of the desk; as the part `duty.html`. */
function buildRow(row) {
  const about = row.a.map(buildLink);
  const why = (row.s || row.w) && element("p", { class: "duty-why" }, row.s && statusBadge(...row.s), row.w && element("span", {}, row.w));
  const what = element("div", { class: "duty-what" }, element("p", { class: "duty-about" }, about), why, row.r && buildAnswers(row.r));
  const owners = row.o ? row.o.map(buildLink) : element("span", { class: "badge" }, texts.hub);
  const since = row.d ? [row.d[2] && element("b", {}, row.d[2]), element("time", { datetime: row.d[0] }, row.d[1])] : element("span", { class: "unseen" }, texts.unknown);
  const [url, label, isOutside] = row.l;
  const act = element("a", { class: "button", href: isOutside ? url : new URL(url, root) }, label);
  return element("li", { class: "duty-row" }, what, element("p", { class: "duty-owner" }, owners), element("p", { class: "duty-since" }, since), element("p", { class: "duty-act" }, act));
}

/** Shows these rows of a section, the rest of many behind a button; hides the section if there are none. */
function showRows(part, rows) {
  part.list.replaceChildren(...rows.slice(0, FIRST_ROWS).map(buildRow));
  if (rows.length > FIRST_ROWS) {
    const showRest = (event) => event.target.closest("li").replaceWith(...rows.slice(FIRST_ROWS).map(buildRow));
    part.list.append(element("li", { class: "duty-rest" }, element("button", { type: "button", class: "button", onclick: showRest }, `${text("show_more")} (${formatNumber(rows.length - FIRST_ROWS)})`)));
  }
  setCount(part, formatNumber(rows.length), rows.length > 0);
}

function setCount(part, count, isShown) {
  part.count.textContent = count;
  part.section.hidden = !isShown;
  part.entry.querySelector(".number").textContent = count;
}

/** Shows the entries of the sections that are shown; others are taken out, so that they leave no gap. */
function showIndex() {
  index.replaceChildren(...sections.filter(({ section }) => !section.hidden).map(({ entry }) => entry));
}

function showAll() {
  for (const part of sections) {
    part.list.replaceChildren(...part.rows);
    setCount(part, part.total, true);
  }
  showIndex();
  found.textContent = "";
}

/** Only the last of several changes in a row is shown, whatever loads first. */
let lastChange = 0;
async function update() {
  const change = ++lastChange;
  const isFiltered = [...selects.keys()].some(selected);
  let data;
  try {
    data = isFiltered && (await fetchJson(panel.dataset.desk));
  } catch {
    if (change !== lastChange) return;
    showAll();
    found.textContent = text("duties_failed");
    return;
  }
  if (change !== lastChange) return;
  for (const part of [...sections.map(({ more }) => more), pages]) if (part) part.hidden = isFiltered;
  if (!isFiltered) return showAll();
  texts = data.texts;
  let total = 0;
  for (const part of sections) {
    const rows = data.rows[part.kind].filter(matches);
    total += rows.length;
    showRows(part, rows);
  }
  showIndex();
  found.textContent = total ? pluralText("duties_found", total) : text("duties_none");
}

function writeToUrl() {
  const address = new URL(location.href);
  for (const [name, select] of selects) {
    if (select.value) address.searchParams.set(name, select.value);
    else address.searchParams.delete(name);
  }
  history.replaceState(null, "", address);
}

const wanted = new URLSearchParams(location.search);
for (const [name, select] of selects) {
  select.value = wanted.get(name) ?? "";
  if (select.selectedIndex < 0) select.value = "";
  select.addEventListener("change", () => {
    writeToUrl();
    update();
  });
}
if ([...selects.keys()].some(selected)) update();
