// Passes a record on: copies its address or a short text of it, and prints the page.
import { element } from "./dom.js";

for (const bar of document.querySelectorAll("[data-share]")) {
  const status = bar.querySelector("[role=status]");
  const address = document.querySelector("link[rel=canonical]")?.href ?? location.origin + location.pathname;
  // The generator knows the full address only where the hub states one; elsewhere it is the address of this page.
  const summary = bar.querySelector("template").content.textContent.trim();
  const text = summary.split("\n").includes(address) ? summary : `${summary}\n${address}`;

  bar.querySelector("[data-copy-link]").addEventListener("click", (event) => copy(address, event.currentTarget));
  bar.querySelector("[data-copy-text]").addEventListener("click", (event) => copy(text, event.currentTarget));
  bar.querySelector("[data-print]").addEventListener("click", () => print());

  /** Copies, and says whether it worked; where it did not, the text is shown and selected for the reader to copy. */
  async function copy(value, button) {
    bar.querySelector("textarea")?.remove();
    try {
      await navigator.clipboard.writeText(value);
      announce(button.dataset.done);
    } catch {
      const lines = String(Math.min(value.split("\n").length + 1, 8));
      const field = element("textarea", { readonly: true, rows: lines, dir: "auto", "aria-label": bar.dataset.label });
      field.value = value;
      status.before(field);
      field.focus();
      field.select();
      announce(bar.dataset.failed);
    }
  }

  /** Shows a message, also to screen readers when it is the same as before. */
  function announce(message) {
    status.textContent = "";
    requestAnimationFrame(() => (status.textContent = message));
  }
}
