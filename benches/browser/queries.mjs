// Queries of every kind from the titles of a hub, spread over all of it, the same for every engine and every run.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Pairs of a kind and its queries: `{text}` and perhaps `{filters}`. */
export function queries(out, samples) {
  const rows = JSON.parse(readFileSync(join(out, "data", "rows.json"), "utf8"));
  const terms = JSON.parse(readFileSync(join(out, "data", "terms.json"), "utf8"));
  const titles = rows.map((row) => row.t.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const held = new Map();
  for (const words of titles) for (const word of new Set(words)) held.set(word, (held.get(word) ?? 0) + 1);
  const long = (words) => words.filter((word) => word.length >= 5);
  const worth = titles.map((words, index) => ({ words, row: rows[index] })).filter(({ words }) => long(words).length >= 3);
  const chosen = Array.from({ length: samples }, (_, n) => worth[Math.floor(((n + 0.5) * worth.length) / samples)]);
  const by = (words, order) => long(words).sort((a, b) => order * (held.get(a) - held.get(b)) || a.localeCompare(b))[0];
  // Words of the titles by how many titles hold them; a name made up for one study tells little.
  const frequent = [...held].filter(([word]) => word.length >= 5).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([word]) => word);
  return new Map([
    ["one word", chosen.map((_, n) => ({ text: frequent[n] }))],
    ["one rare word", chosen.map(({ words }) => ({ text: by(words, 1) }))],
    ["two words", chosen.map(({ words }) => ({ text: `${by(words, -1)} ${by(words, 1)}` }))],
    ["phrase", chosen.map(({ words }) => ({ text: `"${neighbours(words).join(" ")}"` }))],
    ["prefix", chosen.map(({ words }) => ({ text: by(words, -1).slice(0, 4), prefix: true }))],
    ["faceted", chosen.map(({ row }, n) => ({ text: frequent[n], filters: { market: [terms.market[row.m[0][0]][0]], outcome: ["won", "lost"] } }))],
  ]);
}

function neighbours(words) {
  const at = words.findIndex((word, index) => word.length >= 4 && words[index + 1]?.length >= 4);
  return words.slice(Math.max(at, 0), Math.max(at, 0) + 2);
}
