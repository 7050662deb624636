// Ctrl-K or Cmd-K, the search button, and the first page's search box open the search.
const mac = /Mac|iPhone|iPad/.test(navigator.platform);

for (const hint of document.querySelectorAll("[data-shortcut]")) hint.textContent = mac ? "⌘ K" : "Ctrl K";

async function open(words = "") {
  const { openDialog } = await import("./dialog.js");
  openDialog(words);
}

addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    open();
  }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-search]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open();
});
