// Where the site begins, in which language it speaks, and how its scripts say things.
import texts from "./texts.js";

export const root = new URL("../../", import.meta.url);
export const language = document.documentElement.lang || "en";
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);

/** A text of the interface, its {names} filled in. */
export function text(key, values = {}) {
  const found = texts[key] ?? key;
  return fill(typeof found === "string" ? found : found.other, values);
}

/** The plural form of a text for a number. */
export function count(key, n, values = {}) {
  const forms = texts[key] ?? key;
  const form = typeof forms === "string" ? forms : forms[plurals.select(n)] ?? forms.other;
  return fill(form, { n: numbers.format(n), ...values });
}

export const number = (value) => numbers.format(value);

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** JSON of the site, asked for once. */
const asked = new Map();
export function data(path) {
  if (!asked.has(path)) {
    const answer = fetch(new URL(path, root), { cache: "no-cache" }).then((response) => {
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return response.json();
    });
    answer.catch(() => asked.delete(path));
    asked.set(path, answer);
  }
  return asked.get(path);
}
