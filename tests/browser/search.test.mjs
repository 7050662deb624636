// Search as a reader meets it: typing, keys, facets, the address, a sub-path, and what happens without the engine.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser, build, open, repository, serve } from "./support.mjs";

let folder, site, chrome;
before(async () => {
  folder = build();
  site = await serve(folder);
  chrome = await browser();
});
after(async () => {
  await chrome.close();
  await site.close();
});

const hits = "dialog [role=option]";
/** The search page once it has answered; until then it shows titles. */
const ANSWERED = "[data-search-results][aria-busy=false]";

test("Ctrl-K opens the dialog, results come as typed, arrow keys and Enter lead there", async () => {
  const context = await chrome.newContext();
  const page = await open(context, site.base);
  await page.keyboard.press("Control+k");
  const input = page.locator("dialog [role=combobox]");
  await input.waitFor();
  await input.pressSequentially("unboxing");
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  await page.keyboard.press("ArrowDown");
  const active = await input.getAttribute("aria-activedescendant");
  assert.ok(active, "the active result is told to assistive technology");
  assert.match(await page.locator(`#${active}`).innerText(), /unboxing/i);
  await page.keyboard.press("Enter");
  await page.waitForURL(/case-studies\/|ideas\/|playbooks\//);
  assert.deepEqual(page.trouble, []);
  await context.close();
});

test("Esc closes the dialog and focus returns", async () => {
  const context = await chrome.newContext();
  const page = await open(context, site.base);
  await page.locator("[data-search]").focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  assert.ok(await page.evaluate(() => document.activeElement.matches("[data-search]")));
  await context.close();
});

test("a typo is forgiven and said", async () => {
  const context = await chrome.newContext();
  const page = await open(context, `${site.base}search/?q=unboxign`);
  await page.waitForSelector(`${ANSWERED} a`);
  assert.match(await page.locator("[data-reading]").innerText(), /unboxing/i);
  await context.close();
});

test("the search page keeps words and facets in the address", async () => {
  const context = await chrome.newContext();
  const page = await open(context, `${site.base}search/?q=referral`);
  await page.waitForSelector(`${ANSWERED} a`);
  const tick = page.locator("[data-search-facets] [data-tick]").first();
  await tick.click();
  await page.waitForFunction(() => location.search.split("&").length > 1);
  await page.waitForSelector(`${ANSWERED} a`);
  const address = page.url();
  const found = await page.locator("[data-search-results] a[href*='case-studies/']").count();
  await page.goto(address);
  await page.waitForSelector(`${ANSWERED} a`);
  assert.equal(await page.locator("[data-search-results] a[href*='case-studies/']").count(), found);
  assert.deepEqual(page.trouble, []);
  await context.close();
});

test("below a sub-path search works the same", async () => {
  const below = await serve(folder, "/teams/hub/");
  const context = await chrome.newContext();
  const page = await open(context, `${below.base}search/?q=unboxing`);
  await page.waitForSelector("[data-search-results] a");
  assert.match(await page.locator("[data-search-results] a").first().getAttribute("href"), /teams\/hub|^\.\.|^[a-z]/);
  await context.close();
  await below.close();
});

const page404 = { bytes: Buffer.from("<!doctype html><title>Not here</title><h1>Not here</h1>"), type: "text/html; charset=utf-8" };
const only = (pattern, change) => (path, answer) => (pattern.test(path) ? change(answer) : answer);
const half = (answer) => ({ ...answer, bytes: answer.bytes.subarray(0, Math.floor(answer.bytes.length / 2)) });
const patched = (at, value) => (answer) => {
  const bytes = Buffer.from(answer.bytes);
  bytes[at] = value;
  return { ...answer, bytes };
};
const OPENING = /^search\/opening\./, WASM = /^search\/search\..*wasm/, BLOCK = /^search\/(term|idx|rows)\//;

// What can be wrong, how the host or the browser comes to it, what is said, and whether the title list can still answer.
const BAD = [
  ["a truncated index", { alter: only(OPENING, half) }, /could not be read/, true],
  ["a missing index", { alter: only(OPENING, () => null) }, /Reload/, true],
  ["an error page with status 200 in place of the index", { alter: only(OPENING, () => page404) }, /Reload/, true],
  ["an error page with status 200 in place of the manifest", { alter: only(/^search\/manifest/, () => page404) }, /Reload/, false],
  ["no search files at all", { alter: only(/^search\/(?!$|index)/, () => null) }, /Reload/, false],
  ["an altered index", { alter: only(OPENING, (answer) => patched(answer.bytes.length >> 1, 0x55)(answer)) }, /could not be read/, true],
  ["an index of another analyzer", { alter: only(OPENING, patched(5, 99)) }, /Reload/, true],
  ["a truncated engine", { alter: only(WASM, half) }, /titles|Titles|Reload/i, true],
  ["an error page with status 200 in place of the engine", { alter: only(WASM, () => page404) }, /Reload/, true],
  ["an error page with status 200 in place of the worker", { alter: only(/^search\/worker/, () => page404) }, /Titles and terms/, true],
  ["workers that are not allowed", { alter: only(/(^|\/)(index\.html)?$/, (answer) => answer && { ...answer, policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'" }) }, /Titles and terms/, true],
  ["no workers", { script: () => delete globalThis.Worker }, /Titles and terms/, true],
  ["WebAssembly that may not run", { alter: only(/^search\/worker/, (answer) => ({ ...answer, policy: "default-src 'self'" })) }, /Titles and terms/, true],
];

for (const [what, { alter, script }, said, titles] of BAD) {
  test(`${what} is said, and titles answer: ${titles}`, async () => {
    const bad = await serve(folder, "/", 0, alter);
    const context = await chrome.newContext({ serviceWorkers: "block" });
    if (script) await context.addInitScript(script);
    const page = await open(context, bad.base);
    await page.keyboard.press("Control+k");
    await page.locator("dialog [role=combobox]").fill("unboxing");
    await page.waitForFunction((said) => new RegExp(said).test(document.querySelector("dialog [role=status]").textContent), said.source);
    assert.equal((await page.locator(hits).count()) > 0, titles);
    await page.goto(`${bad.base}search/?q=unboxing`);
    await page.waitForSelector(ANSWERED);
    assert.match(await page.locator("[data-reading]").innerText(), said);
    assert.equal((await page.locator("[data-search-results] .row").count()) > 0, titles);
    await context.close();
    await bad.close();
  });
}

test("a block that is missing, cut or a page of the host is said, and titles answer", async () => {
  const blocks = build("--root", await inBlocks());
  for (const [change, said] of [[() => null, /Reload/], [half, /could not be read/], [() => page404, /Reload/]]) {
    const bad = await serve(blocks, "/", 0, only(BLOCK, change));
    const context = await chrome.newContext({ serviceWorkers: "block" });
    const page = await open(context, bad.base);
    await page.keyboard.press("Control+k");
    await page.locator("dialog [role=combobox]").fill("unboxing");
    await page.waitForFunction((said) => new RegExp(said).test(document.querySelector("dialog [role=status]").textContent), said.source);
    assert.ok((await page.locator(hits).count()) > 0);
    await context.close();
    await bad.close();
  }
});

/** The sample hub with its index in blocks, as large hubs have it. */
async function inBlocks() {
  const hub = join(mkdtempSync(join(tmpdir(), "casebook-")), "hub");
  cpSync(join(repository, "content"), join(hub, "content"), { recursive: true });
  writeFileSync(join(hub, "site.toml"), readFileSync(join(repository, "site.toml"), "utf8").replace('pack = "auto"', 'pack = "blocks"'));
  return hub;
}

const STORAGE = [
  ["denied", () => {
    Object.defineProperty(globalThis, "caches", { get() { throw new DOMException("denied", "SecurityError"); } });
    Object.defineProperty(globalThis, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });
  }],
  ["full", () => {
    globalThis.Cache.prototype.put = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
  }],
];
for (const [what, script] of STORAGE) {
  test(`with storage ${what} search works all the same`, async () => {
    // The worker has a storage of its own, so the change stands at its head too.
    const worker = `(${script})`.replaceAll("Storage.prototype", "(globalThis.Storage ?? class {}).prototype");
    const bad = await serve(folder, "/", 0, only(/^search\/worker/, (answer) => ({ ...answer, bytes: Buffer.concat([Buffer.from(`${worker}();`), answer.bytes]) })));
    const context = await chrome.newContext();
    await context.addInitScript(script);
    const page = await open(context, bad.base);
    await page.keyboard.press("Control+k");
    await page.locator("dialog [role=combobox]").fill("unboxing");
    await page.waitForSelector("[role=listbox][data-full] [role=option]");
    await page.keyboard.press("Enter");
    await page.waitForURL(/unboxing/);
    assert.deepEqual(page.trouble, []);
    await context.close();
    await bad.close();
  });
}

test("titles answer before the engine is there", async () => {
  const slow = await serve(folder, "/");
  const context = await chrome.newContext({ serviceWorkers: "block" });
  let go;
  const held = new Promise((release) => (go = release));
  await context.route("**/search.*.wasm.gz", async (route) => (await held, route.continue()));
  const page = await open(context, `${slow.base}search/?q=unboxing`);
  await page.waitForSelector("[data-search-results] .row");
  assert.match(await page.locator("[data-reading]").innerText(), /while the full search loads/);
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").fill("referral");
  await page.waitForSelector(hits);
  assert.equal(await page.locator("[role=listbox][data-full]").count(), 0);
  go();
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  // Two questions waited for the engine, and each has its answer.
  await page.waitForSelector(`${ANSWERED} .row-title mark`);
  await context.close();
  await slow.close();
});

test("an empty box offers good places, and what was searched before", async () => {
  const context = await chrome.newContext();
  const page = await open(context, site.base);
  await page.keyboard.press("Control+k");
  await page.waitForSelector(hits);
  assert.ok((await page.locator(hits).count()) >= 4, "suggestions");
  await page.locator("dialog [role=combobox]").fill("unboxing tiendita");
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  await page.keyboard.press("Enter");
  await page.waitForURL(/mark=unboxing\+tiendita/);
  // The words are marked where they lead.
  await page.waitForSelector(".prose mark");
  await page.keyboard.press("Control+k");
  await page.waitForSelector(`${hits}:has-text("unboxing tiendita")`);
  assert.match(await page.locator(".searcher-group").first().innerText(), /Recent/);
  await context.close();
});

test("marks meet accents that were not typed", async () => {
  const context = await chrome.newContext();
  const page = await open(context, `${site.base}case-studies/br/unboxing-drop/?mark=video+creators+nao`);
  await page.waitForSelector(".prose mark");
  const marked = await page.locator(".prose mark").allInnerTexts();
  assert.ok(marked.some((word) => word.toLowerCase() === "não"), marked.join(" "));
  await context.close();
});

test("sort, view, explanation and length stand in the address, and parts of the query can be taken out", async () => {
  const context = await chrome.newContext();
  const page = await open(context, `${site.base}search/?q=creators+year:2025..&sort=lift&view=cards&explain=1&market=br,id`);
  await page.waitForSelector("[data-search-results] .cards .reasons");
  assert.equal(await page.locator("[data-search-results] select").inputValue(), "lift");
  const effects = (await page.locator("[data-search-results] .row-effect b").allInnerTexts()).map((text) => Number(text.replace("−", "-").replace("%", "")));
  // Costs of acquisition: the one that fell most is the best, and is shown as it was reported.
  assert.ok(effects.length > 1 && effects.every((effect, index) => effect < 0 && (index === 0 || effects[index - 1] <= effect)), effects.join(" "));
  assert.equal(await page.locator(".search-parts .chip").count(), 2);
  await page.locator(".search-parts .chip", { hasText: "year:" }).click();
  await page.waitForFunction(() => !location.search.includes("year"));
  assert.equal(await page.locator("input[name=q]").inputValue(), "creators");
  const said = await page.locator("[data-search-results] [role=status]").innerText();
  assert.match(said, /^\d+ results?$/);
  assert.deepEqual(page.trouble, []);
  await context.close();
});

test("a hit says what lists say of its study: the month, and the primary metric's change as it was reported", async () => {
  const context = await chrome.newContext();
  const page = await open(context, `${site.base}case-studies/`);
  const saidOf = (rows) => rows.evaluateAll((rows) => Object.fromEntries(rows.map((row) => [new URL(row.querySelector("a").href).pathname, { effect: (row.querySelector(".row-effect")?.innerText ?? "").replace(/\s+/g, " ").replace(/,.*/, ""), month: row.querySelector(".row-facts span:last-child").innerText }])));
  const listed = await saidOf(page.locator("[data-rows] .row"));
  await page.goto(`${site.base}search/?q=type:case-study+outcome:won`);
  await page.waitForSelector(`${ANSWERED} .row`);
  const found = await saidOf(page.locator("[data-search-results] .row"));
  const both = Object.keys(found).filter((path) => found[path].effect && path in listed);
  assert.ok(both.length > 9, `${both.length} of ${Object.keys(found).length} hits`);
  for (const path of both) assert.deepEqual(found[path], listed[path], path);
  assert.ok(both.some((path) => /^−.*CPA/.test(found[path].effect)), "one whose fall is a gain");
  await context.close();
});

test("cards stay inside the page, wide and narrow", async () => {
  for (const width of [1440, 800, 320]) {
    const context = await chrome.newContext({ viewport: { width, height: 800 } });
    const page = await open(context, `${site.base}search/?q=referral&view=cards`);
    await page.waitForSelector(`${ANSWERED} .cards .row`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${width}`);
    assert.ok(await page.evaluate(() => [...document.querySelectorAll(".cards .row-title")].every((title) => title.clientWidth > 150)), `${width}`);
    await context.close();
  }
});

test("the list of results is saved as CSV, harmless to spreadsheets", async () => {
  const context = await chrome.newContext({ acceptDownloads: true });
  const page = await open(context, `${site.base}search/?q=type:case-study`);
  await page.waitForSelector(`${ANSWERED} .row`);
  const total = Number(/\d+/.exec(await page.locator("[data-search-results] [role=status]").innerText())[0]);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  const lines = readFileSync(await (await saved).path(), "utf8").replace("\ufeff", "").split("\r\n");
  assert.match(lines[0], /^id,type,title,address,/);
  assert.equal(lines.length - 1, total, "all of them, not only those shown");
  assert.ok(lines.slice(1).every((line) => /^"[^"]+","case-study",/.test(line) && !/,"[=+@]/.test(line)));
  const falls = lines.slice(1).filter((line) => line.includes('"CPA'));
  assert.ok(falls.length > 1 && falls.some((line) => /,-\d+(\.\d+)?,/.test(line)), "a change as it was reported, its fall a gain or not");
  await context.close();
});

test("every example of the help page finds something, and nothing in it is unknown", async () => {
  const context = await chrome.newContext();
  const page = await open(context, `${site.base}search-help/`);
  const examples = await page.evaluate(() => [...document.querySelectorAll(".prose td code")].map((code) => code.textContent));
  assert.ok(examples.length > 30, `${examples.length} examples`);
  const poor = await page.evaluate(async (examples) => {
    const engine = await import(new URL("engine.js", document.querySelector('script[src$="/main.js"]').src));
    const poor = [];
    for (const text of examples) {
      const { total, hints } = await engine.search({ text, limit: 1, prefix_last: true });
      if (total === 0 || hints.length) poor.push([text, total, ...hints.map((hint) => hint.message)]);
    }
    return poor;
  }, examples);
  assert.deepEqual(poor, []);
  await context.close();
});

test("without WebAssembly titles still answer, and the page says why", async () => {
  const context = await chrome.newContext({ serviceWorkers: "block" });
  await context.addInitScript(() => delete globalThis.WebAssembly);
  await context.route("**/worker*.js", (route) => route.abort());
  const page = await open(context, site.base);
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").pressSequentially("unboxing");
  await page.waitForSelector(`${hits}:has-text("unboxing")`);
  await page.waitForFunction(() => /Titles and terms/.test(document.querySelector("dialog [role=status]").textContent));
  await context.close();
});
