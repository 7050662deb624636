// Opens the search dialog with Ctrl-K or Cmd-K, the search button, and the search box of the home page.
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

for (const hint of document.querySelectorAll("[data-shortcut]")) hint.textContent = isMac ? "⌘ K" : "Ctrl K";

async function openSearch(query = "") {
  const { openDialog } = await import("./dialog.js");
  openDialog(query);
}

addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    openSearch();
  }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-search]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openSearch();
});
