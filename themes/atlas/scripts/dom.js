// Creates DOM elements without HTML strings, so that text of a record is never parsed as HTML.
import icons from "./icons.js";

/** An element with attributes, event listeners (`on...`) and children; null, undefined and false are skipped. */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The writing direction of a language; null without one. The generator has the same languages (`writing_direction`). */
export const writingDirection = (tag) => tag && (/^(ar|arc|ckb|dv|fa|he|ps|sd|ug|ur|yi)(-|$)/.test(tag) ? "rtl" : "ltr");

/** A text in the language `tag`, with its marks; in that of the page without a tag. */
export const foreignText = (text, tag, marks) => element("bdi", { lang: tag, dir: writingDirection(tag) }, ...markRanges(text, marks));

/** An icon of the theme, by name. */
export function icon(name) {
  const parsed = new DOMParser().parseFromString(icons[name] ?? icons["not-stated"], "image/svg+xml").documentElement;
  const node = document.importNode(parsed, true);
  // A page needs no declaration of the namespace, and its templates write none.
  node.removeAttribute("xmlns");
  return node;
}

/** An SVG element. */
export function svgElement(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** Text with some ranges in <mark>; `marks` are pairs of start and end. */
export function markRanges(text, marks = []) {
  const parts = [];
  let position = 0;
  for (const [from, to] of marks) {
    parts.push(text.slice(position, from), element("mark", {}, text.slice(from, to)));
    position = to;
  }
  parts.push(text.slice(position));
  return parts.filter((part) => part !== "");
}

/** An outcome or status as an icon and a word. */
export function statusBadge(id, label) {
  return element("span", { class: `signal ${id}` }, icon(id), label);
}
