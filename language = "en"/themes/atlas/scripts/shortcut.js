// Names the keys that open the search box as the system calls them; `first.js` listens to them.
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

for (const hint of document.querySelectorAll("[data-shortcut]")) hint.textContent = isMac ? "⌘ K" : "Ctrl K";
