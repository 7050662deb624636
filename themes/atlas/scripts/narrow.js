// Narrows the desk to one owner, and what may be copied to one market; hides what is then empty.

const narrow = (select, rows, groups, holds) => {
  const apply = () => {
    for (const row of rows) row.hidden = select.value !== "" && !holds(row, select.value);
    for (const group of groups) group.hidden = ![...group.querySelectorAll("[data-owners], [data-markets]")].some((row) => !row.hidden);
  };
  select.addEventListener("change", apply);
  apply();
};

const owner = document.querySelector("[data-desk-owner]");
if (owner) {
  const holds = (row, value) => row.dataset.owners.split("|").includes(value);
  narrow(owner, document.querySelectorAll(".duty-row"), document.querySelectorAll("[data-duty]"), holds);
}

const market = document.querySelector("[data-reuse-market]");
if (market) {
  const holds = (row, value) => row.dataset.markets.split(" ").includes(value);
  narrow(market, document.querySelectorAll(".reuse-card"), document.querySelectorAll("[data-reuse-group]"), holds);
}
