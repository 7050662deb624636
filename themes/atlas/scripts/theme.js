// The switch between the system's colours, light and dark; what was chosen is remembered.
import { text } from "./site.js";

const order = ["system", "light", "dark"];
const page = document.documentElement;
const button = document.querySelector("[data-theme-switch]");

function show() {
  const label = text(`theme_${page.dataset.theme ?? "system"}`);
  button.setAttribute("aria-label", label);
  button.title = label;
}

function choose(theme) {
  if (theme === "system") delete page.dataset.theme;
  else page.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  show();
}

if (button) {
  show();
  button.addEventListener("click", () => choose(order[(order.indexOf(page.dataset.theme ?? "system") + 1) % order.length]));
}
