// The built sample hub behind a plain static server, and a browser to look at it with.
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:http";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { MEDIA, read } from "./files.mjs";

export const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const casebook = process.env.CASEBOOK ?? join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "debug", "casebook");

/** The policy that has to be enough for the whole site. */
export const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
/** The day the sample hub is written for. */
const TODAY = "2026-11-22";

/** Builds the sample hub into a new folder. */
export function build(...flags) {
  const out = join(mkdtempSync(join(tmpdir(), "casebook-")), "site");
  execFileSync(casebook, ["build", ...(flags.includes("--root") ? [] : ["--root", repository]), "--today", TODAY, "--out", out, ...flags], { stdio: ["ignore", "ignore", "inherit"] });
  return out;
}

/**
 * Serves a folder below a sub-path, under the strict policy and on the loopback address alone. `alter(path, answer)` may
 * answer something else: `{bytes, type, policy}`, or null for a missing file.
 */
export async function serve(folder, below = "/", port = 0, alter = (path, answer) => answer) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const answer = path.startsWith(below) ? alter(path.slice(below.length), read(folder, path.slice(below.length))) : null;
    response.writeHead(answer ? 200 : 404, { "Content-Security-Policy": answer?.policy ?? POLICY, "Content-Type": answer?.type ?? MEDIA[".html"] });
    response.end(answer?.bytes ?? read(folder, "404.html")?.bytes ?? "");
  });
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  server.unref();
  return { base: `http://127.0.0.1:${server.address().port}${below}`, port: server.address().port, close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) };
}

/** Starts `casebook serve` on the sample hub. */
export async function preview() {
  const program = spawn(casebook, ["serve", "--root", repository, "--today", TODAY], { stdio: ["ignore", "pipe", "inherit"] });
  const base = await new Promise((found, failed) => {
    let said = "";
    program.on("exit", () => failed(new Error(`serve ended: ${said}`)));
    program.stdout.on("data", (text) => {
      said += text;
      const address = /http:\/\/\S+/.exec(said);
      if (address) found(address[0]);
    });
  });
  return { base, close: () => program.kill() };
}

/** A browser that talks to nobody but the pages it is sent to. */
export function browser() {
  const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet });
}

/** A page whose errors and refused requests are collected. */
export async function open(context, address) {
  const page = await context.newPage();
  page.trouble = [];
  page.on("pageerror", (error) => page.trouble.push(error.message));
  page.on("console", (message) => message.type() === "error" && page.trouble.push(message.text()));
  await page.goto(address, { waitUntil: "load" });
  return page;
}
