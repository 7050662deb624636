// Runs before the first paint: marks the page as scripted and restores the chosen colour theme.
document.documentElement.classList.add("scripted");
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's colour theme is used.
}
