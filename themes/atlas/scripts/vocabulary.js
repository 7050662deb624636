// Narrows the vocabulary to the terms whose names or description hold every typed word.
import { normalise } from "./words.js";

const input = document.querySelector("[data-vocabulary]");
const nothing = document.querySelector("[data-vocabulary-none]");
const sections = [...document.querySelectorAll("[data-vocabulary-section]")].map((section) => ({
  section,
  entries: [...section.querySelectorAll("li")].map((entry) => ({ entry, text: normalise(entry.textContent) })),
}));

const applyFilter = () => {
  const words = normalise(input.value).split(/\s+/).filter(Boolean);
  let isAnyShown = false;
  for (const { section, entries } of sections) {
    for (const { entry, text } of entries) entry.hidden = !words.every((word) => text.includes(word));
    section.hidden = entries.every(({ entry }) => entry.hidden);
    isAnyShown ||= !section.hidden;
  }
  nothing.textContent = isAnyShown ? "" : nothing.dataset.text;
};

input.addEventListener("input", applyFilter);
// A browser keeps what was typed when it comes back to the page.
applyFilter();
