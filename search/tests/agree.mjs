// Answers queries with the wasm engine of the browser: node agree.mjs FOLDER, where FOLDER holds the files of an index, `opening`
// (the name of its opening file) and `queries.json` (a list of requests). Prints the list of responses.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const browser = new URL("../browser/", import.meta.url);
const { Engine, inflate } = await import(new URL("engine.js", browser));

const folder = process.argv[2];
const file = async (name) => inflate(new Uint8Array(await readFile(join(folder, name))), name);

const module = await WebAssembly.compile(gunzipSync(await readFile(new URL("search.wasm.gz", browser))));
const engine = await Engine.start(module);
engine.open(await file((await readFile(join(folder, "opening"), "utf8")).trim()));

const answers = [];
const times = [];
for (const request of JSON.parse(await readFile(join(folder, "queries.json"), "utf8"))) {
  let step = engine.call({ type: "search", request });
  while (step.missing) {
    for (const name of step.missing) engine.add(name, await file(name));
    step = engine.call({ type: "search", request });
  }
  answers.push(step.done);
  const from = performance.now();
  engine.call({ type: "search", request });
  times.push(performance.now() - from);
}
times.sort((left, right) => left - right);
process.stderr.write(`warm: median ${times[times.length >> 1].toFixed(2)} ms, slowest ${times.at(-1).toFixed(2)} ms\n`);
process.stdout.write(JSON.stringify(answers));
