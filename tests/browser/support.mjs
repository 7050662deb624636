// Builds the sample hub, serves it with a plain static server, and launches a browser.
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:http";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { MEDIA_TYPES, readPublished } from "./files.mjs";

export const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const CASEBOOK = process.env.CASEBOOK ?? join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "debug", "casebook");

/** The content security policy that the whole site must comply with. */
export const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
/** The build date of the sample hub. */
const TODAY = "2026-11-22";

/** Builds the sample hub into a new folder. */
export function buildSite(...flags) {
  const out = join(mkdtempSync(join(tmpdir(), "casebook-")), "site");
  execFileSync(CASEBOOK, ["build", ...(flags.includes("--root") ? [] : ["--root", repository]), "--today", TODAY, "--out", out, ...flags], { stdio: ["ignore", "ignore", "inherit"] });
  return out;
}

/** Writes a small hub with the theme of this repository; `studies` are bodies or whole files by path below `content/case-studies/`. */
export function writeHub(studies, folder = join(mkdtempSync(join(tmpdir(), "casebook-")), "hub"), language = "en") {
  mkdirSync(folder, { recursive: true });
  cpSync(join(repository, "themes"), join(folder, "themes"), { recursive: true });
  writeFileSync(join(folder, "site.toml"), `title = "Small hub"\ndescription = "A small hub."\nbase_url = ""\nlanguage = "${language}"\nowner = "Test team"\ntheme = "atlas"\n`);
  for (const [path, { title, market = path.slice(0, 2).toUpperCase(), summary = "One test in one market.", tactic = "referral-reward", body }] of Object.entries(studies)) {
    const file = join(folder, "content", "case-studies", `${path}.md`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `---\ntitle: "${title}"\nstatus: planned\nmarkets: ["${market}"]\nchannels: [email]\ntactics: [${tactic}]\nobjective: acquisition\nowner: Test team\nsummary: "${summary}"\nhypothesis: "If this is done, then orders rise by 5 %, because it is simpler."\n---\n\n${body}\n`);
  }
  return folder;
}

/**
 * Serves a folder below a base path with the content security policy, on the loopback address only. `alter(path, file)` may return
 * another file: `{bytes, type, policy}`, or null for a missing one; or a promise of it.
 */
export async function serveFolder(folder, basePath = "/", port = 0, alter = (path, file) => file) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = path.startsWith(basePath) ? await alter(path.slice(basePath.length), readPublished(folder, path.slice(basePath.length))) : null;
    response.writeHead(file ? 200 : 404, { "Content-Security-Policy": file?.policy ?? POLICY, "Content-Type": file?.type ?? MEDIA_TYPES[".html"] });
    response.end(file?.bytes ?? readPublished(folder, "404.html")?.bytes ?? "");
  });
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  server.unref();
  return { base: `http://127.0.0.1:${server.address().port}${basePath}`, port: server.address().port, close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) };
}

/** Starts `casebook serve` on the sample hub. */
export async function startServe() {
  const child = spawn(CASEBOOK, ["serve", "--root", repository, "--today", TODAY], { stdio: ["ignore", "pipe", "inherit"] });
  const base = await new Promise((resolve, reject) => {
    let output = "";
    child.on("exit", () => reject(new Error(`serve ended: ${output}`)));
    child.stdout.on("data", (text) => {
      output += text;
      const address = /http:\/\/\S+/.exec(output);
      if (address) resolve(address[0]);
    });
  });
  return { base, close: () => child.kill() };
}

/** Launches a browser that makes no requests of its own. */
export function launchBrowser() {
  const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
}

/** Opens a page and collects its errors and refused requests in `page.errors`. */
export async function openPage(context, address) {
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && page.errors.push(message.text()));
  await page.goto(address, { waitUntil: "load" });
  return page;
}

/** Makes the network of a page slow: kilobits in a second, and milliseconds until an answer begins. */
export async function slowDown(page, kilobits, latency) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", { offline: false, latency, downloadThroughput: (kilobits * 1000) / 8, uploadThroughput: (kilobits * 1000) / 8 });
  return session;
}
