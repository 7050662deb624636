// Measures what search costs a reader: bytes, requests, request rounds and milliseconds in Chromium, compared with Pagefind on the same pages.
//
//   npm install --prefix benches/browser --no-package-lock
//   node benches/browser/run.mjs [--casebook BIN] [--pagefind-most N] [--delay MS] [--samples N] HUB...
//
// HUB is the folder of a hub (the one with site.toml); `.` is the sample hub. Each is built into a temporary folder and served on the
// loopback address by a static server without range requests and compression, with a delay of MS milliseconds (40) before every response.
// `rounds` are sequential request rounds as counted by the engine. Figures are medians over N queries of a kind (5), which are derived
// from titles of the hub. `cold` is a query on a page that has just opened the search; `warm` repeats it on the same page.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, gunzipSync, gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";
import * as casebook from "./casebook.mjs";
import * as pagefind from "./pagefind.mjs";
import { queries } from "./queries.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals: hubs } = parseArgs({
  allowPositionals: true,
  options: {
    casebook: { type: "string", default: join(here, "..", "..", "target", "release", "casebook") },
    "pagefind-most": { type: "string", default: "10000" },
    delay: { type: "string", default: "40" },
    samples: { type: "string", default: "5" },
  },
});

/** Runs a program and measures time and memory, child processes included; memory is in MB. */
export function runMeasured(program, parameters) {
  const run = spawnSync("/usr/bin/time", ["-f", "%e %U %S %M", program, ...parameters], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`${program} ${parameters.join(" ")}\n${run.stdout}${run.stderr}`);
  const [seconds, user, system, memory] = run.stderr.trim().split("\n").pop().split(" ").map(Number);
  return { output: run.stdout, seconds, processor: user + system, memory: memory / 1024 };
}

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
const printRow = (...cells) => console.log(`| ${cells.join(" | ")} |`);

function printBuild(out, run, name, indexSeconds) {
  printRow(name, `${indexSeconds} s`, `${run.seconds.toFixed(1)} s`, `${run.processor.toFixed(1)} s`, `${run.memory.toFixed(0)} MB`, ...folderSize(out));
}

function folderSize(path) {
  let files = 0, bytes = 0;
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return [files, `${(bytes / 1e6).toFixed(1)} MB`];
}

function printShippedSizes(out) {
  const search = join(out, "search");
  const manifest = JSON.parse(readFileSync(join(search, "manifest.json"), "utf8"));
  const read = (name) => readFileSync(join(search, name));
  const wasm = read(manifest.wasm), first = read(manifest.first);
  console.log(`\nShipped: wasm ${kilobytes(wasm.length)} kB as .gz, ${kilobytes(brotliCompressSync(gunzipSync(wasm)).length)} kB with brotli; opening bundle ${kilobytes(read(manifest.opening).length)} kB (${manifest.mode}); worker ${kilobytes(read(manifest.worker).length)} kB; title list ${kilobytes(gzipSync(first).length)} kB compressed.\n`);
}

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  console.log(`Chromium ${browser.version()}, ${options.delay} ms before every answer, median of ${options.samples} queries`);
  for (const hub of hubs) await measureHub(browser, resolve(hub));
  await browser.close();
}

async function measureHub(browser, hub) {
  const out = join(mkdtempSync(join(tmpdir(), "casebook-bench-")), "site");
  const built = runMeasured(options.casebook, ["build", "--root", hub, "--today", "2026-11-22", "--out", out, "--timings"]);
  const index = /^\s*index\s+([\d.]+) ms/m.exec(built.output)?.[1] / 1000;
  const count = JSON.parse(readFileSync(join(out, "data", "rows.json"), "utf8")).length;
  console.log(`\n## ${count.toLocaleString("en")} case studies`);
  printShippedSizes(out);
  const queriesByKind = queries(out, Number(options.samples));
  printRow("index", "index", "all", "processor", "peak memory", "files", "size");
  printRow("---", "---", "---", "---", "---", "---", "---");
  printBuild(join(out, "search"), built, "casebook build", index.toFixed(1));
  const engines = [casebook];
  if (count <= Number(options["pagefind-most"])) {
    const run = runMeasured(join(here, "node_modules", ".bin", "pagefind"), ["--site", out, "--glob", "{case-studies,ideas,playbooks}/*/**/*.html", "--root-selector", "main"]);
    printBuild(join(out, "pagefind"), run, "pagefind", run.seconds.toFixed(1));
    engines.push(pagefind);
  }
  console.log("");
  printRow("query", "engine", "requests", "rounds", "kB", "ms", "excerpts: requests", "kB", "ms");
  printRow("---", "---", "---", "---", "---", "---", "---", "---", "---");
  const server = await serve(out, Number(options.delay));
  for (const engine of engines) await compare(browser, server, engine, queriesByKind);
  await server.close();
  rmSync(dirname(out), { recursive: true, maxRetries: 2 });
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function compare(browser, server, engine, queriesByKind) {
  const firstOpens = [], secondOpens = [], keystrokes = [];
  const kinds = new Map();
  for (const [kind, samples] of queriesByKind) {
    if (!engine.supports(kind)) continue;
    const cold = [], warm = [];
    for (const query of samples) {
      const context = await browser.newContext({ serviceWorkers: "block" });
      const page = await context.newPage();
      // The home page is loaded before measuring, because it is not part of the search.
      await page.goto(server.base, { waitUntil: "networkidle" });
      firstOpens.push(await server.measure(() => engine.open(page)));
      cold.push(await runQuery(server, engine, page, query));
      warm.push(await runQuery(server, engine, page, query));
      if (kind === "one word") keystrokes.push(...(await engine.keystrokes(page, query.text)));
      if (kind === "phrase") {
        await page.reload({ waitUntil: "networkidle" });
        secondOpens.push(await server.measure(() => engine.open(page)));
      }
      await context.close();
    }
    kinds.set(kind, [cold, warm]);
  }
  printLine("open", engine, firstOpens.map((rows) => ({ rows })));
  printLine("open, second visit", engine, secondOpens.map((rows) => ({ rows })));
  for (const [kind, [cold, warm]] of kinds) {
    printLine(`${kind}, cold`, engine, cold);
    printLine(`${kind}, warm`, engine, warm);
  }
  printRow("warm keystroke", engine.name, "", "", "", `${median(keystrokes).toFixed(1)} (slowest of ${keystrokes.length}: ${Math.max(...keystrokes).toFixed(1)})`, "", "", "");
}

async function runQuery(server, engine, page, query) {
  const rows = await server.measure(() => engine.search(page, query));
  const excerpts = await server.measure(() => engine.excerpts(page, query));
  return { rows, excerpts };
}

function printLine(label, engine, runs) {
  const values = (part, field) => runs.map((run) => run[part]?.[field]).filter((value) => value !== undefined);
  const cell = (part, field, format) => (values(part, field).length ? format(median(values(part, field))) : "");
  printRow(label, engine.name, cell("rows", "requests", String), cell("rows", "rounds", String), `${cell("rows", "bytes", kilobytes)}${median(values("rows", "wasm")) > 0 ? ` + ${kilobytes(median(values("rows", "wasm")))} wasm` : ""}`, cell("rows", "milliseconds", (ms) => ms.toFixed(1)), cell("excerpts", "requests", String), cell("excerpts", "bytes", kilobytes), cell("excerpts", "milliseconds", (ms) => ms.toFixed(1)));
}

await main();
