// Saves what a list or a search shows as a CSV file.
import { element } from "./dom.js";
import { fetchText, root } from "./site.js";

/** The table with every case study that the site publishes. */
const TABLE = "data/case-studies.csv";

/** A value as a cell; what spreadsheets would run as a formula is escaped. */
export function toCell(value) {
  // The same rule as in the published CSV files: a sign that starts a formula gets an apostrophe before it, also after a character that
  // separates cells in other dialects.
  return typeof value === "number" ? value : `"${String(value ?? "").replace(/(^|[;\t\r\n])([\s"']*)(?=[=+\-@＝＋－＠])/g, "$1$2'").replaceAll('"', '""')}"`;
}

/** Offers lines as a file to save. */
export function saveLines(lines, name) {
  const file = new Blob(["\ufeff", lines.join("\r\n")], { type: "text/csv" });
  const link = element("a", { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** The lines of the published table for the studies with these addresses, in their order, after the line of names. */
export async function findPublishedLines(urls) {
  const [head, ...lines] = (await fetchText(TABLE)).replace(/^\ufeff/, "").match(/(?:"(?:[^"]|"")*"|[^"\r\n])+/g);
  const column = splitCells(head).indexOf("url");
  const start = publishedRoot();
  const lineOf = new Map(lines.map((line) => [splitCells(line)[column].slice(start.length), line]));
  return [head, ...urls.map((url) => lineOf.get(url)).filter(Boolean)];
}

const splitCells = (line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);

/** The address under which the site was built to be published, with which the table's addresses begin; empty where none is set. */
function publishedRoot() {
  const canonical = document.querySelector('link[rel="canonical"]')?.href ?? "";
  const path = location.pathname.slice(root.pathname.length).replace(/index\.html$/, "");
  return canonical.endsWith(path) ? canonical.slice(0, canonical.length - path.length) : "";
}
