// Swaps title, summary and short lists of a record between the language of the site and that of the record.
const area = document.querySelector("[data-original]");
const details = area.querySelector("details");
const buttons = [...area.querySelectorAll("[data-show]")];

/** Pairs of an element of the page and the one in the fold that holds the same text in the other language. */
const pairs = [...details.querySelectorAll("[data-text]")].map((hidden) => {
  const shown = [...document.querySelectorAll(`main [data-text="${hidden.dataset.text}"]`)].find((other) => !area.contains(other));
  return shown && [shown, hidden];
});

function swap([one, other]) {
  const [children, others] = [[...one.childNodes], [...other.childNodes]];
  one.replaceChildren(...others);
  other.replaceChildren(...children);
  for (const name of ["lang", "dir"]) {
    const [value, otherValue] = [one.getAttribute(name), other.getAttribute(name)];
    otherValue === null ? one.removeAttribute(name) : one.setAttribute(name, otherValue);
    value === null ? other.removeAttribute(name) : other.setAttribute(name, value);
  }
}

area.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-show]");
  if (!button || button.getAttribute("aria-pressed") === "true") return;
  pairs.filter(Boolean).forEach(swap);
  buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
});
details.hidden = true;
