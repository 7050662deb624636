// Runs before the page is drawn: says that scripts run, and brings back the colours that were chosen.
document.documentElement.classList.add("scripted");
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be denied; the system's colours stand then.
}
