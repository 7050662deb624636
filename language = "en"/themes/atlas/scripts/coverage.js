// The coverage table: highlights the heading of the hovered or focused column, and emphasises gaps, wins or running studies.

const highlightHeading = (table, index) => {
  for (const heading of table.querySelectorAll(".lit")) heading.classList.remove("lit");
  if (index !== null) table.querySelector(".heads")?.cells[index]?.classList.add("lit");
};

for (const table of document.querySelectorAll("[data-coverage]")) {
  const highlightHoveredColumn = (event) => {
    const cell = event.target.closest("tbody td");
    highlightHeading(table, cell ? cell.cellIndex : null);
  };
  table.addEventListener("pointerover", highlightHoveredColumn);
  table.addEventListener("focusin", highlightHoveredColumn);
  table.addEventListener("pointerleave", () => highlightHeading(table, null));
}

const filterSelect = document.querySelector("[data-coverage-show]");
filterSelect?.addEventListener("change", () => {
  for (const table of document.querySelectorAll("[data-coverage]")) table.dataset.shown = filterSelect.value;
});
