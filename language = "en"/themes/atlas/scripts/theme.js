// The switch between the colour themes of the system, light and dark; the choice is stored.
import { text } from "./site.js";

const themes = ["system", "light", "dark"];
const rootElement = document.documentElement;
const button = document.querySelector("[data-theme-switch]");

function updateButton() {
  const label = text(`theme_${rootElement.dataset.theme ?? "system"}`);
  button.setAttribute("aria-label", label);
  button.title = label;
}

function chooseTheme(theme) {
  if (theme === "system") delete rootElement.dataset.theme;
  else rootElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Without storage the choice lasts until the page is left.
  }
  updateButton();
}

if (button) {
  updateButton();
  button.addEventListener("click", () => chooseTheme(themes[(themes.indexOf(rootElement.dataset.theme ?? "system") + 1) % themes.length]));
}
