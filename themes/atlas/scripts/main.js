// Loads the scripts that the page needs; each behaviour is a module of its own.
import "./theme.js";
import "./dates.js";
import "./copy.js";
import "./sort.js";
import "./views.js";
import "./contents.js";
import "./highlight.js";
import "./shortcut.js";

const wanted = [
  ["[data-list]", "./list.js"],
  ["[data-pairs]", "./pairs.js"],
  ["[data-coverage]", "./coverage.js"],
  ["[data-ideas]", "./ideas.js"],
  ["[data-desk]", "./desk.js"],
  ["[data-reuse-market]", "./narrow.js"],
  ["[data-term-filter]", "./term-filter.js"],
  ["[data-search-page]", "./search-page.js"],
  ["[data-offline]", "./stored.js"],
  ["[data-opens-at-anchor]", "./anchor.js"],
  ["[data-vocabulary]", "./vocabulary.js"],
  ["[data-original]", "./original.js"],
  ["[data-share]", "./share.js"],
  ["[data-write]", "./write.js"],
];
for (const [selector, module] of wanted) {
  if (document.querySelector(selector)) import(module);
}
// After loading, so that it does not delay the page.
addEventListener("load", () => import("./keep.js"));
