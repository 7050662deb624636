// Elements without templates of strings, so that nothing from a record is ever read as HTML.
import icons from "./icons.js";

/** An element with attributes (properties for `on...`) and children. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** An icon of the theme. */
export function icon(name) {
  const parsed = new DOMParser().parseFromString(icons[name] ?? icons["not-stated"], "image/svg+xml").documentElement;
  return document.importNode(parsed, true);
}

/** An SVG element. */
export function shape(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Text with the marked stretches in <mark>; marks are pairs of start and end. */
export function marked(text, marks = []) {
  const parts = [];
  let at = 0;
  for (const [from, to] of marks) {
    parts.push(text.slice(at, from), element("mark", {}, text.slice(from, to)));
    at = to;
  }
  parts.push(text.slice(at));
  return parts.filter((part) => part !== "");
}

/** An outcome or status as a shape and a word. */
export function signal(id, label) {
  return element("span", { class: `signal ${id}` }, icon(id), label);
}
