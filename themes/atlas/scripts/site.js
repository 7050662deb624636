// Root and language of the site, and the texts, numbers and data that scripts use.
import texts, { format } from "./texts.js";

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

/** A number that is not negative, with a fixed count of decimals. */
export function formatDecimals(value, decimals) {
  const [whole, fraction] = value.toFixed(decimals).split(".");
  return `${numbers.format(whole)}${format.decimal}${fraction}`;
}

/** A change in percent with its sign and one decimal, in the form of the pages: `+12.4%`. */
export function formatSignedPercent(value) {
  const isZero = Number(Math.abs(value).toFixed(1)) === 0;
  const sign = isZero ? "" : value < 0 ? format.minus : "+";
  return fill(format.percent, { n: sign + formatDecimals(Math.abs(value), 1) });
}

/** A month in the form of the pages: `Mar 2025`; `month` is 1 to 12. */
export const formatMonth = (year, month) => fill(format.month, { month: format.months[month - 1], year });

/** A list without a conjunction, with the separator of the language. */
export const joinList = (items) => items.join(format.list);

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

/** The bytes of a file of the site. */
export const fetchBytes = (path) => fetchFile(path).then(async (response) => new Uint8Array(await response.arrayBuffer()));

async function fetchFile(path) {
  const response = await fetch(new URL(path, root), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

/** Shows what `first.js` has hidden of a page whose address filters or sorts its rows: call it when the rows are as they stay. */
export const showNarrowed = () => document.documentElement.classList.remove("narrowed");
