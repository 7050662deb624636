// Makes tables sortable by their headers: numbers by value, text in the order of the language.
import { element } from "./dom.js";
import { language } from "./site.js";

const collator = new Intl.Collator(language, { numeric: true });

for (const table of document.querySelectorAll("table[data-sortable]")) {
  const headers = [...table.tHead.rows[0].cells];
  headers.forEach((header, column) => {
    const button = element("button", { type: "button", onclick: () => sort(table, headers, column) }, header.textContent);
    header.replaceChildren(button);
  });
}

function sort(table, headers, column) {
  const header = headers[column];
  const isNumeric = header.classList.contains("number");
  const before = header.getAttribute("aria-sort");
  const isDescending = before ? before === "ascending" : isNumeric;
  headers.forEach((other) => other.removeAttribute("aria-sort"));
  header.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
  const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  const numericValue = (row) => Number.parseFloat(value(row).replace(/[^\d.−-]/g, "").replace("−", "-"));
  const compare = (a, b) => (isNumeric ? (numericValue(a) || 0) - (numericValue(b) || 0) : collator.compare(value(a), value(b)));
  const rows = [...table.tBodies[0].rows].sort((a, b) => (isDescending ? compare(b, a) : compare(a, b)));
  table.tBodies[0].append(...rows);
}
