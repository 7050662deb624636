// One of several views of the same thing at a time; the address says which. Without scripts all stand below each other.
const switcher = document.querySelector("[data-views]");

if (switcher) {
  const links = [...switcher.querySelectorAll("a")];
  const views = links.map((link) => document.querySelector(link.hash));
  const holds = (view, target) => view === target || view.contains(target);
  const show = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    const found = views.findIndex((view) => target && holds(view, target));
    const chosen = found < 0 ? 0 : found;
    views.forEach((view, index) => (view.hidden = index !== chosen));
    links.forEach((link, index) => (index === chosen ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  };
  switcher.classList.add("live");
  switcher.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    show();
  });
  addEventListener("hashchange", show);
  addEventListener("beforeprint", () => views.forEach((view) => (view.hidden = false)));
  addEventListener("afterprint", show);
  show();
}
