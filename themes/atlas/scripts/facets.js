// Facet panels: what a list can be narrowed by, what it is narrowed by, and both in the address.
import { element } from "./dom.js";
import { number, text } from "./site.js";

const FEW = 8;
const FINDABLE = 16;

/** The ticked values by facet, as the address has them. */
export function chosenInAddress(names) {
  const address = new URLSearchParams(location.search);
  const chosen = new Map();
  for (const name of names) {
    const values = (address.get(name) ?? "").split(",").filter(Boolean);
    if (values.length) chosen.set(name, new Set(values));
  }
  return chosen;
}

/** Writes the ticked values and other settings into the address. */
export function intoAddress(chosen, settings) {
  const address = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) if (value) address.set(name, value);
  for (const [name, values] of chosen) if (values.size) address.set(name, [...values].sort().join(","));
  const query = address.toString().replaceAll("%2C", ",");
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

/** Ticks or unticks a value. */
export function toggle(chosen, facet, value) {
  const values = chosen.get(facet) ?? new Set();
  if (!values.delete(value)) values.add(value);
  if (values.size) chosen.set(facet, values);
  else chosen.delete(facet);
}

/** Draws the panels of [{id, label, values: [{id, label, count}]}] into a place; what was open stays open. */
export function draw(place, facets, chosen, change) {
  const open = new Map([...place.querySelectorAll("details")].map((details) => [details.dataset.facet, details.open]));
  const focused = document.activeElement?.dataset?.tick;
  place.replaceChildren(...facets.filter((facet) => facet.values.length).map((facet) => panel(facet, chosen, change, open.get(facet.id) ?? facet.open)));
  if (focused) place.querySelector(`[data-tick="${CSS.escape(focused)}"]`)?.focus();
}

function panel(facet, chosen, change, open) {
  const ticked = chosen.get(facet.id) ?? new Set();
  const list = element("ul", {}, facet.values.map((value, index) => tick(facet, value, ticked, change, index >= FEW && !ticked.has(value.id))));
  const rest = list.querySelectorAll("[hidden]").length;
  const more = rest > 0 && element("p", {}, element("button", { type: "button", class: "button quiet", onclick: (event) => unfold(list, event.target) }, `${text("show_more")} (${number(rest)})`));
  const find = facet.values.length >= FINDABLE && element("input", { class: "facet-find", type: "search", "aria-label": `${text("find_value")}: ${facet.label}`, placeholder: text("find_value"), oninput: (event) => narrow(list, event.target.value) });
  return element("details", { class: "facet", "data-facet": facet.id, open: open || ticked.size > 0 }, element("summary", {}, facet.label), find, list, more);
}

function tick(facet, value, ticked, change, hidden) {
  const box = element("input", { type: "checkbox", "data-tick": `${facet.id}:${value.id}`, onchange: () => change(facet.id, value.id) });
  box.checked = ticked.has(value.id);
  const label = element("label", { class: value.count === 0 && !box.checked ? "none" : null }, box, element("span", {}, value.label), element("span", { class: "number" }, number(value.count)));
  return element("li", { hidden }, label);
}

function unfold(list, button) {
  list.querySelectorAll("[hidden]").forEach((entry) => (entry.hidden = false));
  button.closest("p").remove();
}

function narrow(list, words) {
  const wanted = words.trim().toLocaleLowerCase();
  [...list.children].forEach((entry, index) => (entry.hidden = wanted ? !entry.textContent.toLocaleLowerCase().includes(wanted) : index >= FEW));
}

/** Draws the ticked values as chips that remove themselves. */
export function drawChosen(place, facets, chosen, change, clear) {
  const chips = [];
  for (const facet of facets) {
    for (const id of chosen.get(facet.id) ?? []) {
      const label = facet.values.find((value) => value.id === id)?.label ?? facet.name?.(id) ?? id;
      chips.push(element("button", { type: "button", class: "chip remove", "aria-label": text("remove", { label }), onclick: () => change(facet.id, id) }, label));
    }
  }
  if (chips.length > 1) chips.push(element("button", { type: "button", class: "button quiet", onclick: clear }, text("clear")));
  place.replaceChildren(...chips);
}
