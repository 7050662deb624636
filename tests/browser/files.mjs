// Finds files of a built site as a static host does.
import { readFileSync, statSync } from "node:fs";
import { extname, join, normalize } from "node:path";

export const MEDIA_TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".xml": "application/xml", ".csv": "text/csv", ".woff2": "font/woff2" };

/** Bytes and media type of the file at a path below a folder, `index.html` for a folder; `null` where there is none. */
export function readPublished(folder, path) {
  let file = join(folder, normalize(path));
  try {
    if (statSync(file).isDirectory()) file = join(file, "index.html");
    return { bytes: readFileSync(file), type: MEDIA_TYPES[extname(file)] ?? "application/octet-stream" };
  } catch {
    return null;
  }
}
