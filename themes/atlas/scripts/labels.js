// Labels of facet values: terms from the hub's data, languages and countries from the browser.
import { fetchJson, language, text } from "./site.js";

let labelsByFacet = {};

/** Loads the hub's labels; resolves without them where they cannot be loaded. */
export function loadLabels() {
  return fetchJson("data/terms.json").then((terms) => (labelsByFacet = Object.fromEntries(Object.entries(terms).map(([facet, values]) => [facet, new Map(values)]))), () => {});
}

/** Whether the hub's data has a label for a facet value. */
export const isLabelled = (facet, id) => labelsByFacet[facet]?.has(id) ?? false;

/** The label of a facet value, else its id. */
export function label(facet, id) {
  if (facet === "language") return displayName("language", id);
  if (facet === "type") return text(`type_${id.replace("-", "_")}`);
  const ownLabel = labelsByFacet[facet]?.get(id);
  // The data has no market without case studies.
  return ownLabel ?? (facet === "market" && /^[a-z]{2}$/.test(id) ? displayName("region", id.toUpperCase()) : id);
}

/** The label of a record's kind; null for case studies, which are the usual kind. */
export function kindLabel(id) {
  return id === "case-study" ? null : text(`kind_${id}`);
}

/** Id and label of a record's outcome, else of its status; null without both. */
export function statusOf({ outcome = [], status = [] }) {
  const [facet, id] = outcome.length ? ["outcome", outcome[0]] : ["status", status[0]];
  return id ? [id, labelsByFacet.outcome?.get(id) ?? label(facet, id)] : null;
}

function displayName(type, id) {
  try {
    return new Intl.DisplayNames([language], { type }).of(id) ?? id;
  } catch {
    return id;
  }
}
