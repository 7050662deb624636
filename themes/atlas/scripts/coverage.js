// The coverage table: lights the column in hand, and brings out gaps, wins or what is running.

const light = (table, index) => {
  for (const head of table.querySelectorAll(".lit")) head.classList.remove("lit");
  if (index !== null) table.querySelector(".heads")?.cells[index]?.classList.add("lit");
};

for (const table of document.querySelectorAll("[data-coverage]")) {
  const follow = (event) => {
    const cell = event.target.closest("tbody td");
    light(table, cell ? cell.cellIndex : null);
  };
  table.addEventListener("pointerover", follow);
  table.addEventListener("focusin", follow);
  table.addEventListener("pointerleave", () => light(table, null));
}

const show = document.querySelector("[data-coverage-show]");
show?.addEventListener("change", () => {
  for (const table of document.querySelectorAll("[data-coverage]")) table.dataset.shown = show.value;
});
