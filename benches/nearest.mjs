// Measures the nearest experiments of the browser against those of the command line, on what `cargo bench --bench nearest` wrote:
// `node benches/nearest.mjs OUT [LEAST]`. Ends with an error where the file is too large, or where less than the share LEAST of the first
// five, 0 to 1, are the same; without it agreement is only printed.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { SimilarityModel } from "../themes/atlas/scripts/similarity.js";

/** The most bytes of the file once compressed. */
const MAX_BYTES = 150_000;
/** How many studies are compared by their whole texts, as in `nearest.js`. */
const MAX_READ = 40;

const [out, least = "0"] = process.argv.slice(2);
const bytes = readFileSync(`${out}.bin`);
const { header, drafts, texts } = JSON.parse(readFileSync(`${out}.json`, "utf8"));
const size = gzipSync(JSON.stringify({ header, model: bytes.toString("base64") })).length;
let start = performance.now();
const model = new SimilarityModel(header, new Uint8Array(bytes));
console.log(`${header.records} studies, ${size} bytes gzip, read in ${Math.round(performance.now() - start)} ms`);

const plain = (text) => ({ ...text, body: text.body.replace(/\]\([^)]*\)/g, "]").replaceAll("|", "\n") });
const figures = new Map();
for (const { kind, own, draft, found } of drafts) {
  start = performance.now();
  const first = model.findNearest(draft, MAX_READ + 1);
  const keystroke = performance.now() - start;
  const others = first.filter(({ address }) => address !== own);
  const read = new Map(header.is_complete ? [] : others.slice(0, MAX_READ).map(({ address }) => [address, plain(texts[address])]));
  const last = model.findNearest(draft, 6, read).filter(({ address, score }) => address !== own && score > 0);
  const share = (list) => (found.length ? found.filter((one) => list.some(({ address }) => address === one)).length / found.length : 1);
  if (!figures.has(kind)) figures.set(kind, []);
  figures.get(kind).push({ file: share(others.slice(0, 5)), recall: share(others.slice(0, MAX_READ)), shown: share(last.slice(0, 5)), keystroke });
}
const mean = (list, value) => list.reduce((sum, one) => sum + value(one), 0) / list.length;
let isFine = size <= MAX_BYTES;
for (const [kind, list] of figures) {
  const shown = mean(list, (one) => one.shown);
  isFine &&= shown >= Number(least);
  console.log(`${kind}: ${shown.toFixed(3)} of the first five, at least four in ${Math.round(100 * mean(list, (one) => (one.shown > 0.79 ? 1 : 0)))} %; from the file alone ${mean(list, (one) => one.file).toFixed(3)}; among the ${MAX_READ} read ${mean(list, (one) => one.recall).toFixed(3)}; ${mean(list, (one) => one.keystroke).toFixed(1)} ms`);
}
process.exit(isFine ? 0 : 1);
