// Runs before the first paint: marks the page as scripted, restores the chosen colour theme, and opens the search box at once, so that
// no key is lost while the scripts that search are fetched.
document.documentElement.classList.add("scripted");
// The search page shows results instead of places to browse when it is asked something.
if (new URLSearchParams(location.search).get("q")?.trim()) document.documentElement.classList.add("asked");
// Rows that the address filters or sorts are hidden until that is done (`showNarrowed` in `site.js`), so that none moves.
if (location.search.length > 1) document.documentElement.classList.add("narrowed");
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's colour theme is used.
}

{
  const searchPage = new URL("../../search/", document.currentScript.src).href;

  /** The dialog with the box alone. Until `dialog.js` is there, Enter opens the search page, as a form does. */
  const buildBox = () => {
    const name = document.querySelector("[data-search] span")?.textContent ?? "";
    const create = (tag, attributes, ...children) => {
      const node = document.createElement(tag);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      node.append(...children);
      return node;
    };
    const input = create("input", { type: "search", name: "q", id: "searcher-input", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go", "aria-label": name, placeholder: name });
    const dialog = create("dialog", { class: "searcher", "aria-label": name }, create("form", { class: "searcher-top", action: searchPage }, input));
    document.body.append(dialog);
    return dialog;
  };

  const openBox = () => {
    const dialog = document.querySelector("dialog.searcher") ?? buildBox();
    if (!dialog.open) dialog.showModal();
    const input = dialog.querySelector("input");
    input.focus();
    input.select();
    import("./dialog.js").then(({ openDialog }) => openDialog(dialog), () => {});
  };

  addEventListener("keydown", (event) => {
    if (event.key?.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (document.body) openBox();
    else addEventListener("DOMContentLoaded", openBox, { once: true });
  });
  addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-search]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openBox();
  });
}
