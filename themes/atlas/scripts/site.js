// Root and language of the site, and the texts, numbers and data that scripts use.
import texts from "./texts.js";

export const root = new URL("../../", import.meta.url);
export const language = document.documentElement.lang || "en";
const plurals = new Intl.PluralRules(language);
// The digits of the pages, which the generator writes.
const numbers = new Intl.NumberFormat(language, { numberingSystem: "latn" });

/** A text of the interface with its {placeholders} filled in. */
export function text(key, values = {}) {
  const message = texts[key] ?? key;
  return fill(typeof message === "string" ? message : message.other, values);
}

/** A text of the interface in the plural form for the number `n`. */
export function pluralText(key, n, values = {}) {
  const forms = texts[key] ?? key;
  const form = typeof forms === "string" ? forms : forms[plurals.select(n)] ?? forms.other;
  return fill(form, { n: numbers.format(n), ...values });
}

export const formatNumber = (value) => numbers.format(value);

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** JSON files of the site, each fetched once. */
const requests = new Map();
export function fetchJson(path) {
  if (!requests.has(path)) {
    const request = fetchFile(path).then((response) => response.json());
    request.catch(() => requests.delete(path));
    requests.set(path, request);
  }
  return requests.get(path);
}

/** A text file of the site. */
export const fetchText = (path) => fetchFile(path).then((response) => response.text());

async function fetchFile(path) {
  const response = await fetch(new URL(path, root), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

/** Shows what `first.js` has hidden of a page whose address filters or sorts its rows: call it when the rows are as they stay. */
export const showNarrowed = () => document.documentElement.classList.remove("narrowed");
