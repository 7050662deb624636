// The row of a case study in lists and search: builds the same elements as the template `parts/row.html`, from `data/rows.json`.
import { element, foreignText, statusBadge, svgElement } from "./dom.js";
import { isLabelled, label } from "./labels.js";
import { fetchJson, root } from "./site.js";

/** The studies of `data/rows.json` by address, once they are loaded. */
let studiesByUrl = null;

/** The file with the row of every study, where the hub is small enough for search to fetch it. */
const FILE = "data/rows.json";

/** Loads the row of every study for search; resolves to whether they are there. A large hub has too many, unless `isNeeded`. */
export async function loadStudies(isNeeded = false) {
  if (!studiesByUrl && (isNeeded || isLabelled("file", "rows"))) {
    const studies = await fetchJson(FILE).catch(() => null);
    studiesByUrl = studies && new Map(studies.map((study) => [`case-studies/${study.u}`, study]));
  }
  return studiesByUrl !== null;
}

/** The loaded study with this address. */
export const findStudy = (url) => studiesByUrl?.get(url);

/** A study of `data/rows.json` as an entry of `buildRow`. */
export function describeStudy(study) {
  return { url: `case-studies/${study.u}`, title: study.t, language: study.l, original: study.o, signal: [study.s, label("outcome", study.s)], facts: study.f, effect: study.e, interval: study.i, grade: study.g, badges: study.b };
}

/** Builds the row of {url, title, marks, language, original, badges, signal, facts, effect, interval, grade, excerpt}. */
export function buildRow(entry) {
  const link = element("a", { href: new URL(entry.url, root) }, foreignText(entry.title, entry.language, entry.marks));
  const facts = element("p", { class: "row-facts" }, entry.facts.map((fact) => element("span", {}, fact)));
  const textColumn = element("div", {}, element("p", { class: "row-title" }, link, buildBadges(entry.badges), entry.original && originalTitle(...entry.original)), facts);
  const effect = entry.effect && element("p", { class: "row-effect" }, buildEffect(entry.effect));
  const grade = entry.grade && element("abbr", { class: `grade ${entry.grade[0].toLowerCase()}`, title: entry.grade[1] }, entry.grade[0]);
  return element("li", { class: "row" }, textColumn, entry.signal && statusBadge(...entry.signal), effect, entry.interval && intervalChart(entry.interval), grade, entry.excerpt);
}

/** Decisions on reuse and states of verification, each of [tone, label] after a space. */
export function buildBadges(badges = []) {
  return badges.flatMap(([tone, text]) => [" ", element("span", { class: `badge ${tone}` }, text)]);
}

/** The parts of an effect: the lift, its interval where one is stated, the metric. */
export function buildEffect([value, metric, range]) {
  return [element("b", {}, value), ...(range ? [" ", element("span", { class: "row-range" }, `(${range})`)] : []), ` ${metric}`];
}

/** The title of a record in its own language, below that of its gist, with the name of the language. */
export function originalTitle(title, tag, marks) {
  return element("span", { class: "original" }, foreignText(title, tag, marks), " ", element("span", { class: "language" }, label("language", tag.split("-")[0])));
}

function intervalChart([tone, title, span, point]) {
  const parts = [svgElement("path", { class: "axis", d: "M0 10h120" }), svgElement("path", { class: "zero", d: "M60 2v16" })];
  if (span) parts.push(svgElement("path", { class: "span", d: span }));
  parts.push(svgElement("circle", { class: "point", cx: point, cy: 10, r: 4 }));
  return svgElement("svg", { class: `interval ${tone}`, viewBox: "0 0 120 20", role: "img", "aria-label": title }, ...parts);
}
