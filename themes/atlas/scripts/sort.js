// Tables whose heads sort them; numbers by value, the rest by the rules of the language.
import { element } from "./dom.js";
import { language } from "./site.js";

const collator = new Intl.Collator(language, { numeric: true });

for (const table of document.querySelectorAll("table[data-sortable]")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = element("button", { type: "button", onclick: () => sort(table, heads, column) }, head.textContent);
    head.replaceChildren(button);
  });
}

function sort(table, heads, column) {
  const head = heads[column];
  const numeric = head.classList.contains("number");
  const before = head.getAttribute("aria-sort");
  const down = before ? before === "ascending" : numeric;
  heads.forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  const amount = (row) => Number.parseFloat(value(row).replace(/[^\d.−-]/g, "").replace("−", "-"));
  const order = (a, b) => (numeric ? (amount(a) || 0) - (amount(b) || 0) : collator.compare(value(a), value(b)));
  const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? order(b, a) : order(a, b)));
  table.tBodies[0].append(...rows);
}
