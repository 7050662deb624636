// Facet panels: the values that a list can be filtered by, the selected ones, and their form in the URL.
import { element } from "./dom.js";
import { formatNumber, text } from "./site.js";
import { normalise } from "./words.js";

/** Number of values that a panel shows before "show more". */
const INITIAL_VALUES = 8;
/** Number of values from which on a panel has a search box. */
const MIN_SEARCHABLE_VALUES = 16;

/** The selected values in the URL: a map from facet to a set of ids. */
export function selectedFromUrl(names) {
  const parameters = new URLSearchParams(location.search);
  const selected = new Map();
  for (const name of names) {
    // A form of another page repeats the name for each value.
    const values = parameters.getAll(name).flatMap((value) => value.split(",")).filter(Boolean);
    if (values.length) selected.set(name, new Set(values));
  }
  return selected;
}

/** The address of this page with the selected values and other settings. */
export function buildAddress(selected, settings) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) if (value) parameters.set(name, value);
  for (const [name, values] of selected) if (values.size) parameters.set(name, [...values].sort().join(","));
  const query = parameters.toString().replaceAll("%2C", ",");
  return query ? `?${query}` : location.pathname;
}

/** Selects a value, or removes it from the selection. */
export function toggle(selected, facet, value) {
  const values = selected.get(facet) ?? new Set();
  if (!values.delete(value)) values.add(value);
  if (values.size) selected.set(facet, values);
  else selected.delete(facet);
}

/**
 * Draws the panels of [{id, label, values: [{id, label, count}]}] into a container; open panels and the focus stay. The values of a panel
 * may be null, which is not counted until it is opened: `onOpen` counts it.
 */
export function drawFacets(container, facets, selected, onChange, onOpen) {
  const open = new Map([...container.querySelectorAll("details")].map((details) => [details.dataset.facet, details.open]));
  const focused = document.activeElement?.dataset?.tick;
  const focusedPanel = document.activeElement?.closest("summary")?.parentElement.dataset.facet;
  container.replaceChildren(...facets.filter(({ values }) => values?.length !== 0).map((facet) => buildPanel(facet, selected, onChange, onOpen, open.get(facet.id) ?? facet.open)), closeButton());
  if (focused) container.querySelector(`[data-tick="${CSS.escape(focused)}"]`)?.focus();
  if (focusedPanel) container.querySelector(`[data-facet="${focusedPanel}"] > summary`)?.focus();
}

/** The button that closes the filters where they lie above the list; as in the part `facets.html`. */
const closeButton = () => element("p", { class: "facets-close" }, element("button", { type: "button", class: "button", popovertarget: "_facets", popovertargetaction: "hide" }, text("close")));

function buildPanel(facet, selected, onChange, onOpen, open) {
  if (!facet.values) return element("details", { class: "facet", "data-facet": facet.id, open, ontoggle: ({ target }) => target.open && onOpen() }, element("summary", {}, facet.label));
  const selectedIds = selected.get(facet.id) ?? new Set();
  const list = element("ul", {}, facet.values.map((value, index) => buildCheckbox(facet, value, selectedIds, onChange, index >= INITIAL_VALUES && !selectedIds.has(value.id))));
  const rest = list.querySelectorAll("[hidden]").length;
  const more = rest > 0 && element("p", {}, element("button", { type: "button", class: "button quiet", onclick: (event) => showAllValues(list, event.target) }, `${text("show_more")} (${formatNumber(rest)})`));
  const searchBox = facet.values.length >= MIN_SEARCHABLE_VALUES && element("input", { class: "facet-find", type: "search", "aria-label": `${text("find_value")}: ${facet.label}`, placeholder: text("find_value"), oninput: (event) => filterValues(list, event.target.value) });
  return element("details", { class: "facet", "data-facet": facet.id, open: open || selectedIds.size > 0 }, element("summary", {}, facet.label), searchBox, list, more);
}

function buildCheckbox(facet, value, selectedIds, onChange, hidden) {
  const checkbox = element("input", { type: "checkbox", "data-tick": `${facet.id}:${value.id}`, onchange: () => onChange(facet.id, value.id) });
  checkbox.checked = selectedIds.has(value.id);
  const label = element("label", { class: value.count === 0 && !checkbox.checked ? "none" : null }, checkbox, element("span", {}, value.label), element("span", { class: "number" }, formatNumber(value.count)));
  return element("li", { hidden }, label);
}

function showAllValues(list, button) {
  list.querySelectorAll("[hidden]").forEach((entry) => (entry.hidden = false));
  button.closest("p").remove();
}

function filterValues(list, query) {
  const needle = normalise(query.trim());
  [...list.children].forEach((entry, index) => (entry.hidden = needle ? !normalise(entry.textContent).includes(needle) : index >= INITIAL_VALUES));
}

/** Draws the selected values as chips, each of which removes itself from the selection. */
export function drawSelected(container, facets, selected, onChange, onClear) {
  const chips = [];
  for (const facet of facets) {
    for (const id of selected.get(facet.id) ?? []) {
      const label = facet.values?.find((value) => value.id === id)?.label ?? facet.name?.(id) ?? id;
      chips.push(element("button", { type: "button", class: "chip remove", "aria-label": text("remove", { label }), onclick: () => onChange(facet.id, id) }, label));
    }
  }
  if (chips.length > 1) chips.push(element("button", { type: "button", class: "button quiet", onclick: onClear }, text("clear")));
  container.replaceChildren(...chips);
}
