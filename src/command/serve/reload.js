// Reloads a page of `casebook serve` when it has changed, and shows the problems of the last build.

const scriptUrl = new URL(import.meta.url);
const eventsUrl = new URL("events", scriptUrl);
eventsUrl.searchParams.set("version", scriptUrl.searchParams.get("version") ?? "0");
eventsUrl.searchParams.set("page", location.pathname);

const overlay = createOverlay();
let dismissedData = "";

const eventSource = new EventSource(eventsUrl);
eventSource.addEventListener("reload", () => location.reload());
eventSource.addEventListener("problems", (event) => {
  overlay.badge.classList.remove("away");
  showProblems(JSON.parse(event.data), event.data);
});
eventSource.addEventListener("error", () => {
  overlay.badge.hidden = false;
  overlay.badge.className = "badge away";
  overlay.badge.textContent = "casebook serve has stopped";
});

/** Shows the problems of the last build. The panel opens by itself for errors, unless it was closed for the same problems. */
function showProblems(problems, text) {
  const { badge, panel } = overlay;
  badge.hidden = problems.tally === "" || (problems.errors === 0 && problems.shown.length === 0);
  badge.className = problems.errors > 0 ? "badge error" : "badge warning";
  badge.textContent = problems.tally;
  fillPanel(panel, problems);
  const open = problems.errors > 0 && text !== dismissedData;
  panel.hidden = !open && (panel.hidden || badge.hidden);
  badge.setAttribute("aria-expanded", String(!panel.hidden));
  badge.onclick = () => togglePanel(text);
  panel.querySelector(".close").onclick = () => togglePanel(text);
}

function togglePanel(text) {
  const { badge, panel } = overlay;
  panel.hidden = !panel.hidden;
  dismissedData = panel.hidden ? text : "";
  badge.setAttribute("aria-expanded", String(!panel.hidden));
  (panel.hidden ? badge : panel.querySelector(".close")).focus();
}

function fillPanel(panel, problems) {
  const close = element("button", "close", "Close");
  close.type = "button";
  const header = element("header", "", "");
  header.append(element("h2", "", problems.tally), close);
  const advice = problems.errors > 0 ? "The last good pages are shown until this is mended." : "The site is built all the same.";
  panel.replaceChildren(header, element("p", "advice", advice), buildList(problems.shown));
}

function buildList(shown) {
  const items = element("ol", "", "");
  items.append(...shown.map(buildItem));
  return items;
}

function buildItem(problem) {
  const entry = element("li", problem.severity, "");
  const title = element("h3", "", "");
  title.append(element("span", "severity", problem.severity), " ", ...formatCode(problem.message));
  entry.append(title, element("p", "place", `${problem.path}:${problem.line}:${problem.column}`));
  if (problem.excerpt !== "") entry.append(element("pre", "", problem.excerpt));
  if (problem.hint) {
    const hint = element("p", "hint", "");
    hint.append(...formatCode(problem.hint));
    entry.append(hint);
  }
  entry.append(element("p", "code", problem.code));
  return entry;
}

/** Splits a text into nodes, with what is in backticks as code elements. */
function formatCode(text) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? element("code", "", part) : part));
}

function element(name, className, text) {
  const node = document.createElement(name);
  if (className !== "") node.className = className;
  node.textContent = text;
  return node;
}

/** Creates the overlay in a shadow tree, so that its styles and those of the theme do not affect each other. */
function createOverlay() {
  const host = document.createElement("casebook-overlay");
  const root = host.attachShadow({ mode: "open" });
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("overlay.css", scriptUrl).href;
  const panel = element("section", "panel", "");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", "Problems of the hub");
  panel.hidden = true;
  const badge = element("button", "badge", "");
  badge.type = "button";
  badge.hidden = true;
  // Hidden until its styles are loaded.
  host.hidden = true;
  style.addEventListener("load", () => (host.hidden = false));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) badge.click();
  });
  root.append(style, panel, badge);
  document.body.append(host);
  return { badge, panel };
}
