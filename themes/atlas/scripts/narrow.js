// Narrows the desk to one owner, and what may be copied to one market; hides what is then empty, keeps the choice in the address.

const narrow = (select, name, rows, groups, holds) => {
  const apply = () => {
    for (const row of rows) row.hidden = select.value !== "" && !holds(row, select.value);
    for (const group of groups) group.hidden = ![...group.querySelectorAll("[data-owners], [data-markets]")].some((row) => !row.hidden);
  };
  const keep = () => {
    const address = new URL(location.href);
    if (select.value) address.searchParams.set(name, select.value);
    else address.searchParams.delete(name);
    history.replaceState(null, "", address);
  };
  select.value = new URLSearchParams(location.search).get(name) ?? "";
  if (select.selectedIndex < 0) select.value = "";
  select.addEventListener("change", () => {
    apply();
    keep();
  });
  apply();
};

const owner = document.querySelector("[data-desk-owner]");
if (owner) {
  const holds = (row, value) => row.dataset.owners.split("|").includes(value);
  narrow(owner, "owner", document.querySelectorAll(".duty-row"), document.querySelectorAll("[data-duty]"), holds);
}

const market = document.querySelector("[data-reuse-market]");
if (market) {
  const holds = (row, value) => row.dataset.markets.split(" ").includes(value);
  narrow(market, "market", document.querySelectorAll(".reuse-card"), document.querySelectorAll("[data-reuse-group]"), holds);
}
