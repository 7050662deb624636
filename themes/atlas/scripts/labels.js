// What facet values are called: the hub's own terms from its data, languages and countries as the browser names them.
import { data, language, text } from "./site.js";

let known = {};

/** Answers when the hub's labels are there, or cannot be had. */
export function labelled() {
  return data("data/terms.json").then((terms) => (known = Object.fromEntries(Object.entries(terms).map(([facet, values]) => [facet, new Map(values)]))), () => {});
}

export function label(facet, id) {
  if (facet === "language") return named("language", id);
  if (facet === "type") return text(`type_${id.replace("-", "_")}`);
  const own = known[facet]?.get(id);
  // A market that has ideas and no case study yet is in no list of the hub's pages.
  return own ?? (facet === "market" && /^[a-z]{2}$/.test(id) ? named("region", id.toUpperCase()) : id);
}

/** The kind of one record, but for case studies, which most are. */
export function kind(id) {
  return id === "case-study" ? null : text(`kind_${id}`);
}

/** The outcome of a record, or how far it is. */
export function standing({ outcome = [], status = [] }) {
  const [facet, id] = outcome.length ? ["outcome", outcome[0]] : ["status", status[0]];
  return id ? [id, known.outcome?.get(id) ?? label(facet, id)] : null;
}

function named(type, id) {
  try {
    return new Intl.DisplayNames([language], { type }).of(id) ?? id;
  } catch {
    return id;
  }
}
