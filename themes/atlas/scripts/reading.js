// How a query was read: corrections and hints of an answer, as the search page and the dialog show them.
import { element } from "./dom.js";
import { joinList, root, text } from "./site.js";

export const searchUrl = (query) => new URL(query ? `search/?q=${encodeURIComponent(query)}` : "search/", root).href;

/** Corrections and hints as nodes, nothing where there are none. `onQuery` searches a proposed query. */
export function describeReading(response, query, onQuery) {
  const messages = [];
  if (response.corrected) messages.push([text("corrected", { text: response.corrected.text })]);
  for (const hint of response.hints ?? []) messages.push(describeHint(hint, query, onQuery));
  return messages.flatMap((message, index) => (index === 0 ? message : [" · ", ...message]));
}

/** What stands in the place of the hits where there are none. */
export function describeNothing(response, query) {
  return response.hints?.some(({ code }) => code === "no-words") ? text("no_words") : text("nothing", { text: query });
}

/** Texts of the hints about parts of a query, by code. */
const HINT_TEXTS = { "unknown-field": "hint_unknown_field", "unknown-value": "hint_unknown_value", "bad-range": "hint_bad_range", "unclosed-quote": "hint_unclosed_quote", "empty-filter": "hint_empty_filter" };

function describeHint({ code, field, value, nearest = [] }, query, onQuery) {
  if (code === "no-words") return [text("no_words")];
  if (code === "not-found") return nearest.length ? proposeWord(value, nearest[0], query, onQuery) : [text("nothing", { text: value })];
  const problem = text(HINT_TEXTS[code], { part: [field, value].filter(Boolean).join(":") });
  return [nearest.length ? `${problem}; ${text("did_you_mean", { list: joinList(nearest) })}` : problem];
}

/** "Nothing for X; did you mean Y?", where Y is a link that searches it. */
function proposeWord(word, near, query, onQuery) {
  const proposed = replaceWord(query, word, near);
  const link = element("a", { href: searchUrl(proposed), onclick: (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onQuery(proposed);
  } }, element("bdi", {}, near));
  const [before, after = ""] = text("not_found", { text: word, link: "\0" }).split("\0");
  return [before, link, after];
}

/** The query with another word in place of one; the other word alone where that one is written in another way. */
function replaceWord(query, word, near) {
  const pattern = new RegExp(`(^|[^\\p{L}\\p{M}\\p{N}])${word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?![\\p{L}\\p{M}\\p{N}])`, "iu");
  return pattern.test(query) ? query.replace(pattern, (whole, before) => before + near) : near;
}
