// Filters the reuse page by market; hides empty groups, and keeps the selection in the URL.
const select = document.querySelector("[data-reuse-market]");
const cards = document.querySelectorAll(".reuse-card");
const groups = document.querySelectorAll("[data-reuse-group]");

function applyFilter() {
  for (const card of cards) card.hidden = select.value !== "" && !card.dataset.markets.split(" ").includes(select.value);
  for (const group of groups) group.hidden = ![...group.querySelectorAll("[data-markets]")].some((card) => !card.hidden);
}

function writeToUrl() {
  const address = new URL(location.href);
  if (select.value) address.searchParams.set("market", select.value);
  else address.searchParams.delete("market");
  history.replaceState(null, "", address);
}

select.value = new URLSearchParams(location.search).get("market") ?? "";
if (select.selectedIndex < 0) select.value = "";
select.addEventListener("change", () => {
  applyFilter();
  writeToUrl();
});
applyFilter();
