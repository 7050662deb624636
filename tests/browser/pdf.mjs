// Reads what Chromium prints: how much text each sheet of a PDF holds. Enough for its own files, which are plain objects with
// deflated streams; no other PDF has to be read.
import { inflateSync } from "node:zlib";

/** The number of pieces of text and of pictures on each sheet of a PDF, in order. */
export function countInk(bytes) {
  const text = bytes.toString("latin1");
  const starts = new Map();
  for (const match of text.matchAll(/(?:^|\n)(\d+) 0 obj\b/g)) starts.set(Number(match[1]), match.index + match[0].length);
  const body = (number) => text.slice(starts.get(number), text.indexOf("endobj", starts.get(number)));
  const content = (number) => {
    const start = starts.get(number);
    const head = text.slice(start, text.indexOf("stream", start));
    const length = /\/Length (\d+)(?! 0 R)/.exec(head);
    const from = start + head.length + text.slice(start + head.length).match(/^stream\r?\n/)[0].length;
    const stream = bytes.subarray(from, from + Number(length[1]));
    return (head.includes("/FlateDecode") ? inflateSync(stream) : stream).toString("latin1");
  };
  const kids = (number) => {
    const node = body(number);
    if (!/\/Type\s*\/Pages\b/.test(node)) return [number];
    return [...node.match(/\/Kids\s*\[([^\]]*)\]/)[1].matchAll(/(\d+) 0 R/g)].flatMap((kid) => kids(Number(kid[1])));
  };
  const root = [...starts.keys()].find((number) => /\/Type\s*\/Catalog\b/.test(body(number)));
  const pages = Number(/\/Pages (\d+) 0 R/.exec(body(root))[1]);
  return kids(pages).map((number) => {
    const streams = [...body(number).match(/\/Contents\s*(\[[^\]]*\]|\d+ 0 R)/)[1].matchAll(/(\d+) 0 R/g)].map((stream) => content(Number(stream[1])));
    return streams.join("\n").match(/\bT[jJ]\b|\bDo\b/g)?.length ?? 0;
  });
}
