// The service worker: what was opened works without a network, what was not says so, and a new build is shown at once.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser, build, open, preview, repository, serve } from "./support.mjs";

const BELOW = "/teams/hub/";
const STUDY = "case-studies/br/unboxing-drop/";
let folder, chrome;
before(async () => {
  folder = build();
  chrome = await browser();
});
after(() => chrome.close());

/** Waits until the worker answers for the page and has stored what it is made of. */
async function settled(page, address) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(async (address) => navigator.serviceWorker.controller && (await caches.match(address)), address);
}

test("what was opened can be read and searched without a network", async () => {
  const site = await serve(folder, BELOW);
  const context = await chrome.newContext();
  const page = await open(context, site.base);
  await settled(page, site.base);
  await page.goto(site.base + STUDY);
  await settled(page, site.base + STUDY);
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
  assert.match(await page.locator("h1").innerText(), /needs the network/);
  assert.equal(page.url(), `${site.base}ideas/`, "the address stays, so that it can be tried again");
  // What was opened is listed.
  await page.locator(`[data-stored] a[href$="${STUDY}"]`).click();
  await page.waitForURL(site.base + STUDY);
  assert.equal(await page.locator("h1").innerText(), title);
  assert.deepEqual(page.trouble.filter((line) => !/ERR_CONNECTION|ERR_FAILED|Failed to fetch|Failed to load/.test(line)), []);
  await context.close();
});

test("a new build is shown as soon as the network is back", async () => {
  const first = await serve(folder);
  const context = await chrome.newContext();
  const page = await open(context, first.base + STUDY);
  await settled(page, first.base + STUDY);
  await first.close();
  await page.reload();
  assert.ok(await page.locator("h1").isVisible());
  const newer = join(mkdtempSync(join(tmpdir(), "casebook-")), "site");
  cpSync(folder, newer, { recursive: true });
  const file = join(newer, STUDY, "index.html");
  writeFileSync(file, readFileSync(file, "utf8").replace(/<h1([^>]*)>/, "<h1$1>Newer: "));
  const second = await serve(newer, "/", first.port);
  await page.reload();
  assert.match(await page.locator("h1").innerText(), /^Newer: /);
  await page.goto(`${second.base}case-studies/br/never-was/`);
  assert.match(await page.locator("h1").innerText(), /no page here/, "a missing page is missing, not offline");
  await second.close();
  await page.goto(second.base + STUDY);
  assert.match(await page.locator("h1").innerText(), /^Newer: /, "the newer copy was stored");
  await context.close();
});

test("what was withdrawn leaves the stored copies at the next visit", async () => {
  const first = await serve(folder);
  const context = await chrome.newContext();
  const page = await open(context, first.base);
  await settled(page, first.base);
  for (const path of [STUDY, "case-studies/", "about/"]) {
    await page.goto(first.base + path);
    await settled(page, first.base + path);
  }
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").fill("unboxing");
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  await first.close();
  const hub = mkdtempSync(join(tmpdir(), "casebook-hub-"));
  for (const part of ["content", "site.toml"]) cpSync(join(repository, part), join(hub, part), { recursive: true });
  const record = join(hub, "content", `${STUDY.slice(0, -1)}.md`);
  writeFileSync(record, readFileSync(record, "utf8").replace("---\n", "---\nvisibility: restricted\n"));
  const second = await serve(build("--root", hub), "/", first.port);
  await page.goto(`${second.base}ideas/`);
  const stored = () => page.evaluate(async () => {
    const found = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) {
        if ((await (await caches.match(request))?.text())?.includes("br/unboxing-drop")) found.push(request.url);
      }
    }
    return found;
  });
  // The browser looks for another worker after the page is shown.
  let left = await stored();
  for (let round = 0; round < 600 && left.length > 0; round += 1) {
    await page.waitForTimeout(100);
    left = await stored();
  }
  assert.deepEqual(left, []);
  await second.close();
  await page.goto(second.base + STUDY);
  assert.match(await page.locator("h1").innerText(), /needs the network/);
  await context.close();
});

test("a network that does not answer is waited for shortly, then the stored copy is shown", async () => {
  const site = await serve(folder);
  const context = await chrome.newContext();
  const page = await open(context, site.base + STUDY);
  await settled(page, site.base + STUDY);
  await site.close();
  const { createServer } = await import("node:net");
  const silent = createServer(() => {}).listen(site.port, "127.0.0.1");
  const began = Date.now();
  await page.reload({ waitUntil: "commit" });
  assert.ok(await page.locator("h1").isVisible());
  const took = Date.now() - began;
  assert.ok(took > 2500 && took < 8000, `${took} ms`);
  await context.close();
  silent.close();
});

test("old pages make room, and the assets of the pages that stay are kept", async () => {
  const site = await serve(folder);
  const context = await chrome.newContext();
  const page = await open(context, site.base);
  await settled(page, site.base);
  const left = await page.evaluate(async (base) => {
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
  const [pages, assets] = left;
  assert.ok(pages.length <= 150 && pages.includes("many/159/") && !pages.includes("old/"), `${pages.length} pages`);
  assert.ok(assets.includes("assets/style.0lder.css") && !assets.includes("assets/style.0ldest.css"));
  assert.ok(assets.some((path) => /style\.[0-9a-f]+\.css/.test(path)) && assets.includes("offline.html") && !assets.some((path) => path.includes("left-over")));
  await context.close();
  await site.close();
});

test("index files are stored once", async () => {
  const site = await serve(folder);
  const context = await chrome.newContext();
  const page = await open(context, site.base);
  await settled(page, site.base);
  await page.goto(`${site.base}search/?q=referral`);
  await page.waitForSelector("[data-search-results] a");
  const twice = await page.evaluate(async () => {
    const seen = new Map();
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) seen.set(url, [...(seen.get(url) ?? []), name]);
    return [...seen].filter(([, names]) => names.length > 1);
  });
  assert.deepEqual(twice, []);
  await context.close();
  await site.close();
});

test("a preview of the site that is being written is never stored", async () => {
  const served = await preview();
  const context = await chrome.newContext();
  const page = await open(context, served.base);
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/keep.js")));
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length + (await caches.keys()).filter((name) => !name.startsWith("casebook-search")).length), 0);
  await context.close();
  served.close();
});
