// Filters the desk by owner and the reuse page by market; hides empty groups, and keeps the selection in the URL.

const filterRows = (select, name, rows, groups, matches) => {
  const applyFilter = () => {
    for (const row of rows) row.hidden = select.value !== "" && !matches(row, select.value);
    for (const group of groups) group.hidden = ![...group.querySelectorAll("[data-owners], [data-markets]")].some((row) => !row.hidden);
  };
  const writeToUrl = () => {
    const address = new URL(location.href);
    if (select.value) address.searchParams.set(name, select.value);
    else address.searchParams.delete(name);
    history.replaceState(null, "", address);
  };
  select.value = new URLSearchParams(location.search).get(name) ?? "";
  if (select.selectedIndex < 0) select.value = "";
  select.addEventListener("change", () => {
    applyFilter();
    writeToUrl();
  });
  applyFilter();
};

const owner = document.querySelector("[data-desk-owner]");
if (owner) {
  const matches = (row, value) => row.dataset.owners.split("|").includes(value);
  filterRows(owner, "owner", document.querySelectorAll(".duty-row"), document.querySelectorAll("[data-duty]"), matches);
}

const market = document.querySelector("[data-reuse-market]");
if (market) {
  const matches = (row, value) => row.dataset.markets.split(" ").includes(value);
  filterRows(market, "market", document.querySelectorAll(".reuse-card"), document.querySelectorAll("[data-reuse-group]"), matches);
}
