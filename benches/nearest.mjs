// Measures the nearest experiments of the browser against those of the command line, on what `cargo bench --bench nearest` wrote:
// `node benches/nearest.mjs OUT [LEAST]`. Ends with an error where the file is too large, or where less than the share LEAST of the first
// five, 0 to 1, are the same; without it agreement is only printed.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { MAX_WORD_FILES, SimilarityModel } from "../themes/atlas/scripts/similarity.js";

/** The most bytes of the file once compressed. */
const MAX_BYTES = 150_000;

const [out, least = "0"] = process.argv.slice(2);
const bytes = readFileSync(`${out}.bin`);
const { header, drafts, lengths } = JSON.parse(readFileSync(`${out}.json`, "utf8"));
const words = readFileSync(`${out}.words`);
let start = 0;
const files = lengths.map((length) => new Uint8Array(words.subarray(start, (start += length))));
const size = gzipSync(JSON.stringify({ header, model: bytes.toString("base64") })).length;
start = performance.now();
const model = new SimilarityModel(header, new Uint8Array(bytes));
console.log(`${header.records} studies, ${size} bytes gzip, read in ${Math.round(performance.now() - start)} ms; ${files.length} files of words, ${words.length} bytes`);

/** The first five of a draft but for the study it is of, and the milliseconds it took to find them. */
function findFive(draft, own) {
  const begin = performance.now();
  const found = model.findNearest(draft, 6);
  const time = performance.now() - begin;
  return { list: found.filter(({ address, score }) => address !== own && score > 0).slice(0, 5), time };
}

const figures = new Map();
for (const { kind, own, draft, found } of drafts) {
  model.clearWordFiles();
  const first = findFive(draft, own);
  const begin = performance.now();
  const missing = model.findMissingFiles(draft, MAX_WORD_FILES);
  for (const number of missing) model.addWordFile(number, files[number]);
  const adding = performance.now() - begin;
  const last = findFive(draft, own);
  const share = (list) => (found.length ? found.filter((one) => list.some(({ address }) => address === one)).length / found.length : 1);
  if (!figures.has(kind)) figures.set(kind, []);
  figures.get(kind).push({ file: share(first.list), shown: share(last.list), times: [first.time, adding, last.time], files: missing.length, bytes: missing.reduce((sum, number) => sum + files[number].length, 0) });
}
const mean = (list, value) => list.reduce((sum, one) => sum + value(one), 0) / list.length;
let isFine = size <= MAX_BYTES;
for (const [kind, list] of figures) {
  const shown = mean(list, (one) => one.shown);
  isFine &&= shown >= Number(least);
  const [first, adding, last] = [0, 1, 2].map((at) => mean(list, ({ times }) => times[at]).toFixed(1));
  console.log(`${kind}: ${shown.toFixed(3)} of the first five, at least four in ${Math.round(100 * mean(list, (one) => (one.shown > 0.79 ? 1 : 0)))} %; from the file alone ${mean(list, (one) => one.file).toFixed(3)}; ${mean(list, (one) => one.files).toFixed(0)} files of words, ${Math.round(mean(list, (one) => one.bytes))} bytes, at most ${Math.max(...list.map((one) => one.bytes))}; ${first} ms, ${adding} to read them, ${last} with them`);
}
process.exit(isFine ? 0 : 1);
