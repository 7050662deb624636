// A file of a built site, as any static host finds it.
import { readFileSync, statSync } from "node:fs";
import { extname, join, normalize } from "node:path";

export const MEDIA = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".xml": "application/xml", ".csv": "text/csv", ".woff2": "font/woff2" };

/** Bytes and media type of what lies at a path below a folder; `null` where nothing does. */
export function read(folder, path) {
  let file = join(folder, normalize(path));
  try {
    if (statSync(file).isDirectory()) file = join(file, "index.html");
    return { bytes: readFileSync(file), type: MEDIA[extname(file)] ?? "application/octet-stream" };
  } catch {
    return null;
  }
}
