// Builds the row of a case study, with the same elements as the template `parts/row.html`.
import { element, markRanges, svgElement, statusBadge } from "./dom.js";
import { label } from "./labels.js";
import { root } from "./site.js";

/** Builds the row of {url, title, marks, language, original, signal, facts, effect, interval, grade, excerpt}. */
export function buildRow(entry) {
  const link = element("a", { href: new URL(entry.url, root) }, element("bdi", { lang: entry.language }, ...markRanges(entry.title, entry.marks)));
  const facts = element("p", { class: "row-facts" }, entry.facts.map((fact) => element("span", {}, fact)));
  const textColumn = element("div", {}, element("p", { class: "row-title" }, link, entry.original && originalTitle(...entry.original)), facts);
  const effect = entry.effect && element("p", { class: "row-effect" }, element("b", {}, entry.effect[0]), " ", entry.effect[1]);
  const grade = entry.grade && element("abbr", { class: `grade ${entry.grade[0].toLowerCase()}`, title: entry.grade[1] }, entry.grade[0]);
  return element("li", { class: "row" }, textColumn, entry.signal && statusBadge(...entry.signal), effect, entry.interval && intervalChart(entry.interval), grade, entry.excerpt);
}

/** The title of a record in its own language, below that of its gist, with the name of the language. */
export function originalTitle(title, tag, marks) {
  return element("span", { class: "original" }, element("bdi", { lang: tag, dir: "auto" }, ...markRanges(title, marks)), " ", element("span", { class: "language" }, label("language", tag)));
}

function intervalChart([tone, title, span, point]) {
  const parts = [svgElement("path", { class: "axis", d: "M0 10h120" }), svgElement("path", { class: "zero", d: "M60 2v16" })];
  if (span) parts.push(svgElement("path", { class: "span", d: span }));
  parts.push(svgElement("circle", { class: "point", cx: point, cy: 10, r: 4 }));
  return svgElement("svg", { class: `interval ${tone}`, viewBox: "0 0 120 20", role: "img", "aria-label": title }, ...parts);
}
