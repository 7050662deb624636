// The service worker: opened pages work offline, others show the offline page, and a new build is shown at once.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildSite, launchBrowser, openPage, repository, serveFolder, startServe } from "./support.mjs";

const BASE_PATH = "/teams/hub/";
const STUDY = "case-studies/br/unboxing-drop/";
let folder, browser;
before(async () => {
  folder = buildSite();
  browser = await launchBrowser();
});
after(() => browser.close());

/** Waits until the service worker controls the page and has stored the address. */
async function waitUntilStored(page, address) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(async (address) => navigator.serviceWorker.controller && (await caches.match(address)), address);
}

test("opened pages can be read and searched offline", async () => {
  const site = await serveFolder(folder, BASE_PATH);
  const context = await browser.newContext();
  const page = await openPage(context, site.base);
  await waitUntilStored(page, site.base);
  await page.goto(site.base + STUDY);
  await waitUntilStored(page, site.base + STUDY);
  const title = await page.locator("h1").innerText();
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").fill("unboxing");
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  await site.close();

  await page.reload();
  assert.equal(await page.locator("h1").innerText(), title);
  await page.waitForFunction(() => document.styleSheets.length > 0 && document.fonts.status === "loaded");
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").fill("referral");
  await page.waitForSelector("[role=listbox][data-full] [role=option]");

  await page.goto(site.base);
  assert.ok(await page.locator("h1").isVisible(), "the first page came before the worker and was stored all the same");
  await page.goto(`${site.base}ideas/`);
  assert.match(await page.locator("h1").innerText(), /You are offline/);
  assert.equal(page.url(), `${site.base}ideas/`, "the address stays, so that it can be tried again");
  // The offline page lists the stored pages.
  await page.locator(`[data-stored] a[href$="${STUDY}"]`).click();
  await page.waitForURL(site.base + STUDY);
  assert.equal(await page.locator("h1").innerText(), title);
  assert.deepEqual(page.errors.filter((line) => !/ERR_CONNECTION|ERR_FAILED|Failed to fetch|Failed to load/.test(line)), []);
  await context.close();
});

test("a new build is shown as soon as the network is available", async () => {
  const first = await serveFolder(folder);
  const context = await browser.newContext();
  const page = await openPage(context, first.base + STUDY);
  await waitUntilStored(page, first.base + STUDY);
  await first.close();
  await page.reload();
  assert.ok(await page.locator("h1").isVisible());
  const newerFolder = join(mkdtempSync(join(tmpdir(), "casebook-")), "site");
  cpSync(folder, newerFolder, { recursive: true });
  const file = join(newerFolder, STUDY, "index.html");
  writeFileSync(file, readFileSync(file, "utf8").replace(/<h1([^>]*)>/, "<h1$1>Newer: "));
  const second = await serveFolder(newerFolder, "/", first.port);
  await page.reload();
  assert.match(await page.locator("h1").innerText(), /^Newer: /);
  await page.goto(`${second.base}case-studies/br/never-was/`);
  assert.match(await page.locator("h1").innerText(), /Page not found/, "a missing page is missing, not offline");
  await second.close();
  await page.goto(second.base + STUDY);
  assert.match(await page.locator("h1").innerText(), /^Newer: /, "the newer copy was stored");
  await context.close();
});

test("removed pages are deleted from the stored copies at the next visit", async () => {
  const first = await serveFolder(folder);
  const context = await browser.newContext();
  const page = await openPage(context, first.base);
  await waitUntilStored(page, first.base);
  for (const path of [STUDY, "case-studies/", "about/"]) {
    await page.goto(first.base + path);
    await waitUntilStored(page, first.base + path);
  }
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").fill("unboxing");
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  await first.close();
  const hub = mkdtempSync(join(tmpdir(), "casebook-hub-"));
  for (const name of ["content", "site.toml"]) cpSync(join(repository, name), join(hub, name), { recursive: true });
  const record = join(hub, "content", `${STUDY.slice(0, -1)}.md`);
  writeFileSync(record, readFileSync(record, "utf8").replace("---\n", "---\nvisibility: restricted\n"));
  const second = await serveFolder(buildSite("--root", hub), "/", first.port);
  await page.goto(`${second.base}ideas/`);
  const findStoredUrls = () => page.evaluate(async () => {
    const found = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) {
        if ((await (await caches.match(request))?.text())?.includes("br/unboxing-drop")) found.push(request.url);
      }
    }
    return found;
  });
  // The browser checks for a new worker after the page is shown.
  let remaining = await findStoredUrls();
  for (let round = 0; round < 600 && remaining.length > 0; round += 1) {
    await page.waitForTimeout(100);
    remaining = await findStoredUrls();
  }
  assert.deepEqual(remaining, []);
  await second.close();
  await page.goto(second.base + STUDY);
  assert.match(await page.locator("h1").innerText(), /You are offline/);
  await context.close();
});

test("the stored copy is shown when the network times out", async () => {
  const site = await serveFolder(folder);
  const context = await browser.newContext();
  const page = await openPage(context, site.base + STUDY);
  await waitUntilStored(page, site.base + STUDY);
  await site.close();
  const { createServer } = await import("node:net");
  const silentServer = createServer(() => {}).listen(site.port, "127.0.0.1");
  const start = Date.now();
  await page.reload({ waitUntil: "commit" });
  assert.ok(await page.locator("h1").isVisible());
  const elapsed = Date.now() - start;
  assert.ok(elapsed > 2500 && elapsed < 8000, `${elapsed} ms`);
  await context.close();
  silentServer.close();
});

test("the oldest pages are removed, and the assets of the others stay", async () => {
  const site = await serveFolder(folder);
  const context = await browser.newContext();
  const page = await openPage(context, site.base);
  await waitUntilStored(page, site.base);
  const storedPaths = await page.evaluate(async (base) => {
    const pages = await caches.open(`casebook-pages-1 ${base}`);
    const assets = await caches.open(`casebook-assets-1 ${base}`);
    const html = (text) => new Response(text, { headers: { "content-type": "text/html" } });
    await pages.put(`${base}old/`, html('<link href="../assets/style.0ldest.css">'));
    for (let n = 0; n < 160; n += 1) await pages.put(`${base}many/${n}/`, html('<link href="../../assets/style.0lder.css">'));
    for (let n = 0; n < 130; n += 1) await assets.put(`${base}assets/left-over.${n}.css`, new Response(""));
    await assets.put(`${base}assets/style.0lder.css`, new Response("a{}"));
    await assets.put(`${base}assets/style.0ldest.css`, new Response("a{}"));
    await (await fetch("data/terms.json")).json();
    const paths = async (cache) => (await cache.keys()).map(({ url }) => url.replace(base, ""));
    for (let tries = 0; tries < 50 && (await paths(assets)).some((path) => path.includes("left-over")); tries += 1) await new Promise((done) => setTimeout(done, 100));
    return [await paths(pages), await paths(assets)];
  }, site.base);
  const [pages, assets] = storedPaths;
  assert.ok(pages.length <= 150 && pages.includes("many/159/") && !pages.includes("old/"), `${pages.length} pages`);
  assert.ok(assets.includes("assets/style.0lder.css") && !assets.includes("assets/style.0ldest.css"));
  assert.ok(assets.some((path) => /style\.[0-9a-f]+\.css/.test(path)) && assets.includes("offline.html") && !assets.some((path) => path.includes("left-over")));
  await context.close();
  await site.close();
});

test("index files are stored once", async () => {
  const site = await serveFolder(folder);
  const context = await browser.newContext();
  const page = await openPage(context, site.base);
  await waitUntilStored(page, site.base);
  await page.goto(`${site.base}search/?q=referral`);
  await page.waitForSelector("[data-search-results] a");
  const duplicates = await page.evaluate(async () => {
    const seen = new Map();
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) seen.set(url, [...(seen.get(url) ?? []), name]);
    return [...seen].filter(([, names]) => names.length > 1);
  });
  assert.deepEqual(duplicates, []);
  await context.close();
  await site.close();
});

test("pages of `casebook serve` are never stored", async () => {
  const preview = await startServe();
  const context = await browser.newContext();
  const page = await openPage(context, preview.base);
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/keep.js")));
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length + (await caches.keys()).filter((name) => !name.startsWith("casebook-search")).length), 0);
  await context.close();
  preview.close();
});
