// Derives queries of every kind from evenly spaced titles of a hub; the same for every engine and every run.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A map from each kind to its queries: `{text}`, optionally with `{filters}` or `{prefix}`. */
export function queries(out, samples) {
  const rows = JSON.parse(readFileSync(join(out, "data", "rows.json"), "utf8"));
  const terms = JSON.parse(readFileSync(join(out, "data", "terms.json"), "utf8"));
  const titles = rows.map((row) => row.t.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const titleCounts = new Map();
  for (const words of titles) for (const word of new Set(words)) titleCounts.set(word, (titleCounts.get(word) ?? 0) + 1);
  const longWords = (words) => words.filter((word) => word.length >= 5);
  const candidates = titles.map((words, index) => ({ words, row: rows[index] })).filter(({ words }) => longWords(words).length >= 3);
  const chosen = Array.from({ length: samples }, (_, n) => candidates[Math.floor(((n + 0.5) * candidates.length) / samples)]);
  const wordByFrequency = (words, order) => longWords(words).sort((a, b) => order * (titleCounts.get(a) - titleCounts.get(b)) || a.localeCompare(b))[0];
  // Words by the number of titles that contain them; words of one title only are not representative.
  const frequent = [...titleCounts].filter(([word]) => word.length >= 5).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([word]) => word);
  return new Map([
    ["one word", chosen.map((_, n) => ({ text: frequent[n] }))],
    ["one rare word", chosen.map(({ words }) => ({ text: wordByFrequency(words, 1) }))],
    ["two words", chosen.map(({ words }) => ({ text: `${wordByFrequency(words, -1)} ${wordByFrequency(words, 1)}` }))],
    ["phrase", chosen.map(({ words }) => ({ text: `"${adjacentWords(words).join(" ")}"` }))],
    ["prefix", chosen.map(({ words }) => ({ text: wordByFrequency(words, -1).slice(0, 4), prefix: true }))],
    ["faceted", chosen.map(({ row }, n) => ({ text: frequent[n], filters: { market: [terms.market[row.m[0][0]][0]], outcome: ["won", "lost"] } }))],
  ]);
}

function adjacentWords(words) {
  const start = words.findIndex((word, index) => word.length >= 4 && words[index + 1]?.length >= 4);
  return words.slice(Math.max(start, 0), Math.max(start, 0) + 2);
}
