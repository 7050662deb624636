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

// What the browser draws around the page takes the colour of the page, not that of the system, once a theme is chosen.
const frameColours = [...document.querySelectorAll("meta[name=theme-color]")].map((meta) => ({ meta, media: meta.media, theme: meta.media.includes("dark") ? "dark" : "light" }));

function updateFrameColour() {
  const chosen = rootElement.dataset.theme;
  for (const { meta, media, theme } of frameColours) meta.media = !chosen ? media : theme === chosen ? "all" : "not all";
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
  updateFrameColour();
}

updateFrameColour();
if (button) {
  updateButton();
  button.addEventListener("click", () => chooseTheme(themes[(themes.indexOf(rootElement.dataset.theme ?? "system") + 1) % themes.length]));
}
