// Shows one of several views at a time; the URL says which. Without scripts all of them are shown.
const switcher = document.querySelector("[data-views]");

if (switcher) {
  const links = [...switcher.querySelectorAll("a")];
  const views = links.map((link) => document.querySelector(link.hash));
  const contains = (view, target) => view === target || view.contains(target);
  const showCurrentView = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    const targetIndex = views.findIndex((view) => target && contains(view, target));
    const currentIndex = targetIndex < 0 ? 0 : targetIndex;
    views.forEach((view, index) => (view.hidden = index !== currentIndex));
    links.forEach((link, index) => (index === currentIndex ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  };
  switcher.classList.add("live");
  switcher.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    showCurrentView();
  });
  addEventListener("hashchange", showCurrentView);
  addEventListener("beforeprint", () => views.forEach((view) => (view.hidden = false)));
  addEventListener("afterprint", showCurrentView);
  showCurrentView();
}
