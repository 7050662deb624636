// Keeps a page of `casebook serve` fresh: loads it again when it has changed, and shows what is wrong with the hub.

const own = new URL(import.meta.url);
const events = new URL("events", own);
events.searchParams.set("version", own.searchParams.get("version") ?? "0");
events.searchParams.set("page", location.pathname);

const overlay = makeOverlay();
let dismissed = "";

const stream = new EventSource(events);
stream.addEventListener("reload", () => location.reload());
stream.addEventListener("problems", (event) => {
  overlay.badge.classList.remove("away");
  show(JSON.parse(event.data), event.data);
});
stream.addEventListener("error", () => {
  overlay.badge.hidden = false;
  overlay.badge.className = "badge away";
  overlay.badge.textContent = "casebook serve has stopped";
});

/** Shows the problems of the last build: errors open by themselves, warnings wait behind their count. */
function show(problems, text) {
  const { badge, panel } = overlay;
  badge.hidden = problems.tally === "" || (problems.errors === 0 && problems.shown.length === 0);
  badge.className = problems.errors > 0 ? "badge error" : "badge warning";
  badge.textContent = problems.tally;
  fill(panel, problems);
  const open = problems.errors > 0 && text !== dismissed;
  panel.hidden = !open && (panel.hidden || badge.hidden);
  badge.setAttribute("aria-expanded", String(!panel.hidden));
  badge.onclick = () => toggle(text);
  panel.querySelector(".close").onclick = () => toggle(text);
}

function toggle(text) {
  const { badge, panel } = overlay;
  panel.hidden = !panel.hidden;
  dismissed = panel.hidden ? text : "";
  badge.setAttribute("aria-expanded", String(!panel.hidden));
  (panel.hidden ? badge : panel.querySelector(".close")).focus();
}

function fill(panel, problems) {
  const close = element("button", "close", "Close");
  close.type = "button";
  const head = element("header", "", "");
  head.append(element("h2", "", problems.tally), close);
  const advice = problems.errors > 0 ? "The last good pages are shown until this is mended." : "The site is built all the same.";
  panel.replaceChildren(head, element("p", "advice", advice), list(problems.shown));
}

function list(shown) {
  const items = element("ol", "", "");
  items.append(...shown.map(item));
  return items;
}

function item(problem) {
  const entry = element("li", problem.severity, "");
  const title = element("h3", "", "");
  title.append(element("span", "severity", problem.severity), " ", ...words(problem.message));
  entry.append(title, element("p", "place", `${problem.path}:${problem.line}:${problem.column}`));
  if (problem.excerpt !== "") entry.append(element("pre", "", problem.excerpt));
  if (problem.hint) {
    const hint = element("p", "hint", "");
    hint.append(...words(problem.hint));
    entry.append(hint);
  }
  entry.append(element("p", "code", problem.code));
  return entry;
}

/** Text with its `names` set as code; text stays text, whatever an author wrote. */
function words(text) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? element("code", "", part) : part));
}

function element(name, kind, text) {
  const made = document.createElement(name);
  if (kind !== "") made.className = kind;
  made.textContent = text;
  return made;
}

/** The overlay lives in a shadow tree of its own, so that it and the theme cannot restyle each other. */
function makeOverlay() {
  const host = document.createElement("casebook-overlay");
  const root = host.attachShadow({ mode: "open" });
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("overlay.css", own).href;
  const panel = element("section", "panel", "");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", "Problems of the hub");
  panel.hidden = true;
  const badge = element("button", "badge", "");
  badge.type = "button";
  badge.hidden = true;
  // Nothing is shown before its styles are there.
  host.hidden = true;
  style.addEventListener("load", () => (host.hidden = false));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) badge.click();
  });
  root.append(style, panel, badge);
  document.body.append(host);
  return { badge, panel };
}
