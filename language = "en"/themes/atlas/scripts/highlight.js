// Highlights the words of the search that led to this page; the URL has them as `?mark=`, in the forms in which they were found.
import { findForms, normalise } from "./words.js";

const MAX_FORMS = 24;
const MAX_MARKED_NODES = 200;
const forms = normalise(new URLSearchParams(location.search).get("mark") ?? "").split(/\s+/).filter(Boolean).slice(0, MAX_FORMS);
const prose = document.querySelector(".prose");

function markNode(node) {
  const { data } = node;
  const parts = [];
  let position = 0;
  for (const [from, to] of findForms(data, forms)) {
    const marked = document.createElement("mark");
    marked.textContent = data.slice(from, to);
    parts.push(data.slice(position, from), marked);
    position = to;
  }
  if (parts.length) node.replaceWith(...parts, data.slice(position));
  return parts.length > 0;
}

if (forms.length && prose) {
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  let count = 0;
  for (const node of texts) if (count < MAX_MARKED_NODES && markNode(node)) count += 1;
}
