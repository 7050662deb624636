// What search costs a reader: bytes, requests, rounds and milliseconds in a real Chromium, beside Pagefind on the same pages.
//
//   npm install --prefix benches/browser --no-package-lock
//   node benches/browser/run.mjs [--casebook BIN] [--pagefind-most N] [--delay MS] [--samples N] HUB...
//
// HUB is the folder of a hub (the one with site.toml); `.` is the sample hub. Each is built anew into a temporary folder
// and served from the loopback address by a plain static server: no ranges, no compression that a host would have to be set up for,
// MS milliseconds (40) before every answer. `rounds` are those that the engine counts itself. Figures are medians over N queries of a kind (5), which are taken from titles of
// the hub. `cold` is a browser that has only just opened the search; `warm` the same query once more on the same page.
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

/** Runs a program and measures it, its children included. */
export function measured(program, given) {
  const run = spawnSync("/usr/bin/time", ["-f", "%e %U %S %M", program, ...given], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`${program} ${given.join(" ")}\n${run.stdout}${run.stderr}`);
  const [seconds, user, system, memory] = run.stderr.trim().split("\n").pop().split(" ").map(Number);
  return { said: run.stdout, seconds, processor: user + system, memory: memory / 1024 };
}

const size = (bytes) => (bytes / 1000).toFixed(1);
const row = (...cells) => console.log(`| ${cells.join(" | ")} |`);

function builtWith(out, run, name, share) {
  row(name, `${share} s`, `${run.seconds.toFixed(1)} s`, `${run.processor.toFixed(1)} s`, `${run.memory.toFixed(0)} MB`, ...folder(out));
}

function folder(path) {
  let files = 0, bytes = 0;
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return [files, `${(bytes / 1e6).toFixed(1)} MB`];
}

function shipped(out) {
  const search = join(out, "search");
  const manifest = JSON.parse(readFileSync(join(search, "manifest.json"), "utf8"));
  const read = (name) => readFileSync(join(search, name));
  const wasm = read(manifest.wasm), first = read(manifest.first);
  console.log(`\nShipped: wasm ${size(wasm.length)} kB as .gz, ${size(brotliCompressSync(gunzipSync(wasm)).length)} kB with brotli; opening bundle ${size(read(manifest.opening).length)} kB (${manifest.mode}); worker ${size(read(manifest.worker).length)} kB; title list ${size(gzipSync(first).length)} kB compressed.\n`);
}

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  console.log(`Chromium ${browser.version()}, ${options.delay} ms before every answer, median of ${options.samples} queries`);
  for (const hub of hubs) await one(browser, resolve(hub));
  await browser.close();
}

async function one(browser, hub) {
  const out = join(mkdtempSync(join(tmpdir(), "casebook-bench-")), "site");
  const built = measured(options.casebook, ["build", "--root", hub, "--today", "2026-11-22", "--out", out, "--timings"]);
  const index = /^\s*index\s+([\d.]+) ms/m.exec(built.said)?.[1] / 1000;
  const count = JSON.parse(readFileSync(join(out, "data", "rows.json"), "utf8")).length;
  console.log(`\n## ${count.toLocaleString("en")} case studies`);
  shipped(out);
  const asked = queries(out, Number(options.samples));
  row("index", "index", "all", "processor", "peak memory", "files", "size");
  row("---", "---", "---", "---", "---", "---", "---");
  builtWith(join(out, "search"), built, "casebook build", index.toFixed(1));
  const engines = [casebook];
  if (count <= Number(options["pagefind-most"])) {
    const run = measured(join(here, "node_modules", ".bin", "pagefind"), ["--site", out, "--glob", "{case-studies,ideas,playbooks}/*/**/*.html", "--root-selector", "main"]);
    builtWith(join(out, "pagefind"), run, "pagefind", run.seconds.toFixed(1));
    engines.push(pagefind);
  }
  console.log("");
  row("query", "engine", "requests", "rounds", "kB", "ms", "excerpts: requests", "kB", "ms");
  row("---", "---", "---", "---", "---", "---", "---", "---", "---");
  const server = await serve(out, Number(options.delay));
  for (const engine of engines) await compare(browser, server, engine, asked);
  await server.close();
  rmSync(dirname(out), { recursive: true, maxRetries: 2 });
}

const middle = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function compare(browser, server, engine, asked) {
  const opened = [], again = [], strokes = [];
  const kinds = new Map();
  for (const [kind, sample] of asked) {
    if (!engine.can(kind)) continue;
    const cold = [], warm = [];
    for (const query of sample) {
      const context = await browser.newContext({ serviceWorkers: "block" });
      const page = await context.newPage();
      // The home page is loaded before anything is counted: it is not part of the search.
      await page.goto(server.base, { waitUntil: "networkidle" });
      opened.push(await server.counted(() => engine.open(page)));
      cold.push(await once(server, engine, page, query));
      warm.push(await once(server, engine, page, query));
      if (kind === "one word") strokes.push(...(await engine.keystrokes(page, query.text)));
      if (kind === "phrase") {
        await page.reload({ waitUntil: "networkidle" });
        again.push(await server.counted(() => engine.open(page)));
      }
      await context.close();
    }
    kinds.set(kind, [cold, warm]);
  }
  line("open", engine, opened.map((rows) => ({ rows })));
  line("open, second visit", engine, again.map((rows) => ({ rows })));
  for (const [kind, [cold, warm]] of kinds) {
    line(`${kind}, cold`, engine, cold);
    line(`${kind}, warm`, engine, warm);
  }
  row("warm keystroke", engine.name, "", "", "", `${middle(strokes).toFixed(1)} (slowest of ${strokes.length}: ${Math.max(...strokes).toFixed(1)})`, "", "", "");
}

async function once(server, engine, page, query) {
  const rows = await server.counted(() => engine.search(page, query));
  const excerpts = await server.counted(() => engine.excerpts(page, query));
  return { rows, excerpts };
}

function line(what, engine, runs) {
  const of = (part, field) => runs.map((run) => run[part]?.[field]).filter((value) => value !== undefined);
  const cell = (part, field, show) => (of(part, field).length ? show(middle(of(part, field))) : "");
  row(what, engine.name, cell("rows", "requests", String), cell("rows", "rounds", String), `${cell("rows", "bytes", size)}${middle(of("rows", "wasm")) > 0 ? ` + ${size(middle(of("rows", "wasm")))} wasm` : ""}`, cell("rows", "milliseconds", (ms) => ms.toFixed(1)), cell("excerpts", "requests", String), cell("excerpts", "bytes", size), cell("excerpts", "milliseconds", (ms) => ms.toFixed(1)));
}

await main();
