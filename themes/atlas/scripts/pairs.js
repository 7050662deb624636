// Narrows the pairs of the duplicated-effort report to a market or an owner.
const page = document.querySelector("[data-pairs]");
const market = page.querySelector("[data-pair-market]");
const owner = page.querySelector("[data-pair-owner]");
const address = new URLSearchParams(location.search);
market.value = address.get("market") ?? "";
owner.value = address.get("owner") ?? "";

function show() {
  for (const pair of page.querySelectorAll(".pair")) {
    const fits = (!market.value || pair.dataset.markets.split(" ").includes(market.value)) && (!owner.value || pair.dataset.owners.split("|").includes(owner.value));
    pair.hidden = !fits;
  }
  for (const kind of page.querySelectorAll(".pair-kind")) kind.hidden = !kind.querySelector(".pair:not([hidden])");
  const query = new URLSearchParams();
  if (market.value) query.set("market", market.value);
  if (owner.value) query.set("owner", owner.value);
  history.replaceState(null, "", `${query.size ? `?${query}` : location.pathname}${location.hash}`);
}

market.addEventListener("change", show);
owner.addEventListener("change", show);
if (market.value || owner.value) show();
