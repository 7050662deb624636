// What a hit of the search shows, on the search page and in the dialog: that of a row, and its address with the words to mark.
import { isLabelled, kindLabel, label, statusOf } from "./labels.js";
import { describeStudy, findStudy } from "./rows.js";
import { formatMonth, formatSignedPercent, joinList, language, root, text } from "./site.js";
import { normalise, toWords } from "./words.js";

/** Number of written forms that an address carries. */
const MAX_FORMS = 16;

/** A hit as an entry of `buildRow`: a study as in lists once their rows are loaded, else and for other records what the index knows. */
export function describeHit(hit) {
  const named = (hit.named ?? []).filter(({ word, facet, value }) => !normalise(label(facet, value)).includes(normalise(word)));
  const study = hit.kind === "case-study" ? findStudy(hit.url) : null;
  const known = study ? describeStudy(study) : describeFacts(hit, (facet, id) => named.some((one) => one.facet === facet && one.value === id));
  const facts = [kindLabel(hit.kind), ...named.map(describeNamed), ...known.facts].filter(Boolean);
  return { ...known, url: hit.url, ...describeTitles(hit), facts };
}

/** The title of a hit in the language of the site with the original below it, else its own title. */
function describeTitles(hit) {
  const foreign = (tag) => (tag === language ? null : tag);
  if (!hit.gist) return { title: hit.title, marks: hit.title_marks, language: foreign(hit.language), original: null };
  return { title: hit.gist.title, marks: hit.gist.title_marks, language: foreign(hit.gist.language), original: [hit.title, hit.language, hit.title_marks] };
}

/**
 * The text below a hit: the passage found, or its summary until there is one. In place of a passage that a reader of the site cannot
 * read stands the summary of the gist, unless only the passage has the words of the query.
 */
export function describePassage(hit, { excerpt, section } = {}) {
  const isReadable = hit.gist?.summary && (hit.gist.summary_marks.length > 0 || !excerpt?.marks?.length);
  if (isReadable) return { text: hit.gist.summary, marks: hit.gist.summary_marks, section: null, language: hit.gist.language };
  if (excerpt?.text) return { ...excerpt, section, language: hit.language };
  return { text: hit.summary, marks: hit.summary_marks, section: null, language: hit.language };
}

/** The facts of a hit as the index knows them; `isNamed` says which values are named already. */
function describeFacts({ kind, language: tag, facts }, isNamed) {
  const labelsOf = (facet) => joinList((facts[facet] ?? []).filter((id, place) => place < 3 && !isNamed(facet, id)).map((id) => label(facet, id)));
  const isStudy = kind === "case-study";
  const list = [labelsOf("market"), labelsOf("channel"), labelsOf("tactic"), isStudy && facts.day && describeMonth(facts.day)];
  const effect = typeof facts.change === "number" && facts.metric?.[0] ? [formatSignedPercent(facts.change), label("metric", facts.metric[0])] : null;
  const badges = isStudy ? [facts.reuse?.[0], !facts.retired && facts.freshness].filter((id) => isLabelled("badge", id)).map((id) => [label("badge_tone", id), label("badge", id)]) : [];
  return { language: tag === language ? null : tag, signal: statusOf(facts), facts: list, effect, grade: describeGrade(facts.grade?.[0]), badges };
}

/** What counts of a hit in the orders of `orderStudies`. */
export const readHit = ({ facts }) => ({ grade: facts.grade?.[0], compared: typeof facts.lift === "number" && facts.metric?.[0] ? [facts.metric[0], facts.lift] : null, isRetired: facts.retired });

/** An entry of the list of titles as an entry of `buildRow`. */
export function describeTitle(entry) {
  return { url: entry.u, title: entry.t, language: entry.l, original: entry.w, facts: [kindLabel(entry.k)].filter(Boolean), signal: entry.o && [entry.o, label("outcome", entry.o)], grade: describeGrade(entry.g) };
}

/** Why a record is found that lacks a word: "Seasonal moment, for diwali"; with the language of a name in another one. */
function describeNamed({ word, facet, value, language: tag }) {
  const values = { label: label(facet, value), word };
  const isForeign = tag && tag.split("-")[0] !== language.split("-")[0];
  return isForeign ? text("named_in", { ...values, language: label("language", tag) }) : text("named", values);
}

const describeGrade = (id) => id && [id.toUpperCase(), label("grade", id.toUpperCase())];
/** Month and year with a no-break space between them. */
const describeMonth = (day) => formatMonth(Number(day.slice(0, -6)), Number(day.slice(-5, -3))).replaceAll(" ", "\u00a0");

/**
 * Gives each hit's address the words that matched, in the forms in which they are written: those marked in its own texts first, then
 * those of other hits and of the query. Filters, excluded words and ignored small words are not among them.
 */
export function createMarker(response, excerpts = []) {
  const excerptOf = new Map(excerpts.map(({ doc, excerpt }) => [doc, excerpt]));
  const slices = (text, marks = []) => marks.map(([from, to]) => text.slice(from, to));
  const formsOf = (hit) => {
    const excerpt = excerptOf.get(hit.doc);
    const ofGist = hit.gist ? [...slices(hit.gist.title, hit.gist.title_marks), ...slices(hit.gist.summary, hit.gist.summary_marks)] : [];
    return [...ofGist, ...slices(hit.title, hit.title_marks), ...slices(hit.summary ?? "", hit.summary_marks), ...(excerpt ? slices(excerpt.text, excerpt.marks) : [])].flatMap(splitForms);
  };
  const own = new Map(response.hits.map((hit) => [hit, formsOf(hit)]));
  const common = [...queryForms(response), ...[...own.values()].flat()];
  return (hit) => {
    const url = new URL(hit.url, root);
    const forms = [...new Set([...own.get(hit), ...common])].slice(0, MAX_FORMS);
    if (forms.length && hit.matched?.length) url.searchParams.set("mark", forms.join(" "));
    return url;
  };
}

/** A form without the space and punctuation around it; one with a space in it is several. */
const splitForms = (text) => normalise(text).split(/\s+/).map((form) => form.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, "")).filter(Boolean);

function queryForms({ reading, corrected }) {
  const words = (reading?.words ?? []).filter(({ role, found }) => found > 0 && ["word", "phrase", "prefix"].includes(role));
  return words.flatMap(({ text, read_as: readAs = [] }) => [...(corrected?.from?.includes(text) ? [] : [text]), ...readAs]).flatMap(toWords);
}
