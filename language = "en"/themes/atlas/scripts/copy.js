// Copies the text beside a button to the clipboard.
import { text } from "./site.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.querySelector("span");
  const originalText = label.textContent;
  try {
    await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
    label.textContent = text("copied");
  } catch {
    getSelection().selectAllChildren(button.parentElement.querySelector("code"));
    label.textContent = text("copy_failed");
  }
  setTimeout(() => (label.textContent = originalText), 2000);
});
