// Filters the pairs of the duplicated-effort report by market and owner; the URL keeps the selection.
import { showNarrowed } from "./site.js";

const page = document.querySelector("[data-pairs]");
const market = page.querySelector("[data-pair-market]");
const owner = page.querySelector("[data-pair-owner]");
const address = new URLSearchParams(location.search);
market.value = address.get("market") ?? "";
owner.value = address.get("owner") ?? "";

function applyFilter() {
  for (const pair of page.querySelectorAll(".pair")) {
    const matches = (!market.value || pair.dataset.markets.split(" ").includes(market.value)) && (!owner.value || pair.dataset.owners.split("|").includes(owner.value));
    pair.hidden = !matches;
  }
  for (const kind of page.querySelectorAll(".pair-kind")) kind.hidden = !kind.querySelector(".pair:not([hidden])");
  const query = new URLSearchParams();
  if (market.value) query.set("market", market.value);
  if (owner.value) query.set("owner", owner.value);
  history.replaceState(null, "", `${query.size ? `?${query}` : location.pathname}${location.hash}`);
}

market.addEventListener("change", applyFilter);
owner.addEventListener("change", applyFilter);
if (market.value || owner.value) applyFilter();
showNarrowed();

/** Opens what resolves the pair or family that the address names. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const resolve = target?.matches(".pair") && target.querySelector(".disclose:has(.answers)");
  if (resolve) resolve.open = true;
}
addEventListener("hashchange", openTarget);
openTarget();
