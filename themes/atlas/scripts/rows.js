// A case study as a row, the same as the generator's own.
import { element, marked, shape, signal } from "./dom.js";
import { root } from "./site.js";

/** Builds the row of {url, title, marks, language, signal, facts, effect, interval, grade, excerpt}. */
export function row(entry) {
  const link = element("a", { href: new URL(entry.url, root) }, element("bdi", { lang: entry.language }, ...marked(entry.title, entry.marks)));
  const facts = element("p", { class: "row-facts" }, entry.facts.map((fact) => element("span", {}, fact)));
  const words = element("div", {}, element("p", { class: "row-title" }, link), facts);
  const effect = entry.effect && element("p", { class: "row-effect" }, element("b", {}, entry.effect[0]), " ", entry.effect[1]);
  const grade = entry.grade && element("abbr", { class: `grade ${entry.grade[0].toLowerCase()}`, title: entry.grade[1] }, entry.grade[0]);
  return element("li", { class: "row" }, words, entry.signal && signal(...entry.signal), effect, entry.interval && interval(entry.interval), grade, entry.excerpt);
}

function interval([tone, title, span, point]) {
  const parts = [shape("path", { class: "axis", d: "M0 10h120" }), shape("path", { class: "zero", d: "M60 2v16" })];
  if (span) parts.push(shape("path", { class: "span", d: span }));
  parts.push(shape("circle", { class: "point", cx: point, cy: 10, r: 4 }));
  return shape("svg", { class: `interval ${tone}`, viewBox: "0 0 120 20", role: "img", "aria-label": title }, ...parts);
}
