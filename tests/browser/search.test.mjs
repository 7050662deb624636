// Search in the browser: typing, keyboard, facets, URL, sub-path, and failures of the engine.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildSite, launchBrowser, openPage, repository, serveFolder } from "./support.mjs";

let folder, site, browser;
before(async () => {
  folder = buildSite();
  site = await serveFolder(folder);
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await site.close();
});

const HITS = "dialog [role=option]";
/** Selector of the search page after the engine has answered; before that it shows titles. */
const ANSWERED = "[data-search-results][aria-busy=false]";

test("Ctrl-K opens the dialog, results appear while typing, arrow keys and Enter open one", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, site.base);
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
  assert.deepEqual(page.errors, []);
  await context.close();
});

test("Esc closes the dialog and focus returns", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, site.base);
  await page.locator("[data-search]").focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  assert.ok(await page.evaluate(() => document.activeElement.matches("[data-search]")));
  await context.close();
});

test("a typo is corrected, and the page says so", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}search/?q=unboxign`);
  await page.waitForSelector(`${ANSWERED} a`);
  assert.match(await page.locator("[data-reading]").innerText(), /unboxing/i);
  await context.close();
});

test("the URL keeps query and facets of the search page", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}search/?q=referral`);
  await page.waitForSelector(`${ANSWERED} a`);
  const tick = page.locator("[data-search-facets] [data-tick]").first();
  await tick.click();
  await page.waitForFunction(() => location.search.split("&").length > 1);
  await page.waitForSelector(`${ANSWERED} a`);
  const address = page.url();
  const count = await page.locator("[data-search-results] a[href*='case-studies/']").count();
  await page.goto(address);
  await page.waitForSelector(`${ANSWERED} a`);
  assert.equal(await page.locator("[data-search-results] a[href*='case-studies/']").count(), count);
  assert.deepEqual(page.errors, []);
  await context.close();
});

test("the panels are those of the index, and other names in the URL filter nothing", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}search/?q=referral&outcome=won&utm_source=mail`);
  await page.waitForSelector(`${ANSWERED} a`);
  const panels = await page.locator("[data-search-facets] [data-facet]").evaluateAll((all) => all.map(({ dataset, open }) => [dataset.facet, open]));
  assert.deepEqual(panels.slice(0, 5), [["type", true], ["outcome", true], ["status", false], ["group", false], ["market", true]]);
  assert.equal(await page.locator("[data-reading]").innerText(), "");
  assert.deepEqual(page.errors, []);
  await context.close();
});

test("search works below a sub-path", async () => {
  const subPathSite = await serveFolder(folder, "/teams/hub/");
  const context = await browser.newContext();
  const page = await openPage(context, `${subPathSite.base}search/?q=unboxing`);
  await page.waitForSelector("[data-search-results] a");
  assert.match(await page.locator("[data-search-results] a").first().getAttribute("href"), /teams\/hub|^\.\.|^[a-z]/);
  await context.close();
  await subPathSite.close();
});

const hostErrorPage = { bytes: Buffer.from("<!doctype html><title>Not here</title><h1>Not here</h1>"), type: "text/html; charset=utf-8" };
const alterMatching = (pattern, change) => (path, answer) => (pattern.test(path) ? change(answer) : answer);
const truncate = (answer) => ({ ...answer, bytes: answer.bytes.subarray(0, Math.floor(answer.bytes.length / 2)) });
const withByte = (at, value) => (answer) => {
  const bytes = Buffer.from(answer.bytes);
  bytes[at] = value;
  return { ...answer, bytes };
};
const OPENING = /^search\/opening\./, WASM = /^search\/search\..*wasm/, BLOCK = /^search\/(term|idx|rows)\//;

// Each failure: description, how to cause it, the expected message, and whether the list of titles can still be searched.
const FAILURES = [
  ["a truncated index", { alter: alterMatching(OPENING, truncate) }, /could not be read/, true],
  ["a missing index", { alter: alterMatching(OPENING, () => null) }, /Reload/, true],
  ["an error page with status 200 in place of the index", { alter: alterMatching(OPENING, () => hostErrorPage) }, /Reload/, true],
  ["an error page with status 200 in place of the manifest", { alter: alterMatching(/^search\/manifest/, () => hostErrorPage) }, /Reload/, false],
  ["no search files at all", { alter: alterMatching(/^search\/(?!$|index)/, () => null) }, /Reload/, false],
  ["an altered index", { alter: alterMatching(OPENING, (answer) => withByte(answer.bytes.length >> 1, 0x55)(answer)) }, /could not be read/, true],
  ["an index of another analyzer", { alter: alterMatching(OPENING, withByte(5, 99)) }, /Reload/, true],
  ["a truncated engine", { alter: alterMatching(WASM, truncate) }, /titles|Titles|Reload/i, true],
  ["an error page with status 200 in place of the engine", { alter: alterMatching(WASM, () => hostErrorPage) }, /Reload/, true],
  ["an error page with status 200 in place of the worker", { alter: alterMatching(/^search\/worker/, () => hostErrorPage) }, /Titles and terms/, true],
  ["workers that are not allowed", { alter: alterMatching(/(^|\/)(index\.html)?$/, (answer) => answer && { ...answer, policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'" }) }, /Titles and terms/, true],
  ["no workers", { script: () => delete globalThis.Worker }, /Titles and terms/, true],
  ["WebAssembly that may not run", { alter: alterMatching(/^search\/worker/, (answer) => ({ ...answer, policy: "default-src 'self'" })) }, /Titles and terms/, true],
];

for (const [description, { alter, script }, message, titles] of FAILURES) {
  test(`${description} is reported, titles can be searched: ${titles}`, async () => {
    const failingSite = await serveFolder(folder, "/", 0, alter);
    const context = await browser.newContext({ serviceWorkers: "block" });
    if (script) await context.addInitScript(script);
    const page = await openPage(context, failingSite.base);
    await page.keyboard.press("Control+k");
    await page.locator("dialog [role=combobox]").fill("unboxing");
    await page.waitForFunction((message) => new RegExp(message).test(document.querySelector("dialog [role=status]").textContent), message.source);
    assert.equal((await page.locator(HITS).count()) > 0, titles);
    await page.goto(`${failingSite.base}search/?q=unboxing`);
    await page.waitForSelector(ANSWERED);
    assert.match(await page.locator("[data-reading]").innerText(), message);
    assert.equal((await page.locator("[data-search-results] .row").count()) > 0, titles);
    await context.close();
    await failingSite.close();
  });
}

test("a block that is missing, truncated or an error page is reported, and titles can be searched", async () => {
  const blocks = buildSite("--root", await createHubWithBlocks());
  for (const [change, message] of [[() => null, /Reload/], [truncate, /could not be read/], [() => hostErrorPage, /Reload/]]) {
    const failingSite = await serveFolder(blocks, "/", 0, alterMatching(BLOCK, change));
    const context = await browser.newContext({ serviceWorkers: "block" });
    const page = await openPage(context, failingSite.base);
    await page.keyboard.press("Control+k");
    await page.locator("dialog [role=combobox]").fill("unboxing");
    await page.waitForFunction((message) => new RegExp(message).test(document.querySelector("dialog [role=status]").textContent), message.source);
    assert.ok((await page.locator(HITS).count()) > 0);
    await context.close();
    await failingSite.close();
  }
});

/** Copies the sample hub and sets its index to blocks, the form of large hubs. */
async function createHubWithBlocks() {
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
for (const [description, script] of STORAGE) {
  test(`search works with storage ${description}`, async () => {
    // The worker has its own globals, so the change is prepended to its script too.
    const worker = `(${script})`.replaceAll("Storage.prototype", "(globalThis.Storage ?? class {}).prototype");
    const failingSite = await serveFolder(folder, "/", 0, alterMatching(/^search\/worker/, (answer) => ({ ...answer, bytes: Buffer.concat([Buffer.from(`${worker}();`), answer.bytes]) })));
    const context = await browser.newContext();
    await context.addInitScript(script);
    const page = await openPage(context, failingSite.base);
    await page.keyboard.press("Control+k");
    await page.locator("dialog [role=combobox]").fill("unboxing");
    await page.waitForSelector("[role=listbox][data-full] [role=option]");
    await page.keyboard.press("Enter");
    await page.waitForURL(/unboxing/);
    assert.deepEqual(page.errors, []);
    await context.close();
    await failingSite.close();
  });
}

test("titles can be searched before the engine is ready", async () => {
  const slow = await serveFolder(folder, "/");
  const context = await browser.newContext({ serviceWorkers: "block" });
  let go;
  const held = new Promise((release) => (go = release));
  await context.route("**/search.*.wasm.gz", async (route) => (await held, route.continue()));
  const page = await openPage(context, `${slow.base}search/?q=unboxing`);
  await page.waitForSelector("[data-search-results] .row");
  assert.match(await page.locator("[data-reading]").innerText(), /while the full search loads/);
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").fill("referral");
  await page.waitForSelector(HITS);
  assert.equal(await page.locator("[role=listbox][data-full]").count(), 0);
  go();
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  // Two queries waited for the engine; both are answered.
  await page.waitForSelector(`${ANSWERED} .row-title mark`);
  await context.close();
  await slow.close();
});

test("an empty query shows suggestions and recent searches", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, site.base);
  await page.keyboard.press("Control+k");
  await page.waitForSelector(HITS);
  assert.ok((await page.locator(HITS).count()) >= 4, "suggestions");
  await page.locator("dialog [role=combobox]").fill("unboxing tiendita");
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  await page.keyboard.press("Enter");
  await page.waitForURL(/mark=unboxing\+tiendita/);
  // The words are highlighted on the page of the hit.
  await page.waitForSelector(".prose mark");
  await page.keyboard.press("Control+k");
  await page.waitForSelector(`${HITS}:has-text("unboxing tiendita")`);
  assert.match(await page.locator(".searcher-group").first().innerText(), /Recent/);
  await context.close();
});

test("words are highlighted without their diacritics being typed", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}case-studies/br/unboxing-drop/?mark=video+creators+nao`);
  await page.waitForSelector(".prose mark");
  const marked = await page.locator(".prose mark").allInnerTexts();
  assert.ok(marked.some((word) => word.toLowerCase() === "não"), marked.join(" "));
  await context.close();
});

test("the URL keeps sort, view, explanation and length, and parts of the query can be removed", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}search/?q=creators+year:2025..&sort=lift&view=cards&explain=1&market=br,id`);
  await page.waitForSelector("[data-search-results] .cards .reasons");
  assert.equal(await page.locator("[data-search-results] select").inputValue(), "lift");
  const effects = (await page.locator("[data-search-results] .row-effect b").allInnerTexts()).map((text) => Number(text.replace("−", "-").replace("%", "")));
  // Costs per acquisition: the largest decrease is the best, and is shown as reported.
  assert.ok(effects.length > 1 && effects.every((effect, index) => effect < 0 && (index === 0 || effects[index - 1] <= effect)), effects.join(" "));
  assert.equal(await page.locator(".search-parts .chip").count(), 2);
  await page.locator(".search-parts .chip", { hasText: "year:" }).click();
  await page.waitForFunction(() => !location.search.includes("year"));
  assert.equal(await page.locator("input[name=q]").inputValue(), "creators");
  const message = await page.locator("[data-search-results] [role=status]").innerText();
  assert.match(message, /^\d+ results?$/);
  assert.deepEqual(page.errors, []);
  await context.close();
});

test("a hit has the same facts as the row in lists: the month, and the change of the primary metric as reported", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}case-studies/`);
  const describeRows = (rows) => rows.evaluateAll((rows) => Object.fromEntries(rows.map((row) => [new URL(row.querySelector("a").href).pathname, { effect: (row.querySelector(".row-effect")?.innerText ?? "").replace(/\s+/g, " ").replace(/,.*/, ""), month: row.querySelector(".row-facts span:last-child").innerText }])));
  const listed = await describeRows(page.locator("[data-rows] .row"));
  await page.goto(`${site.base}search/?q=type:case-study+outcome:won`);
  await page.waitForSelector(`${ANSWERED} .row`);
  const hitRows = await describeRows(page.locator("[data-search-results] .row"));
  const both = Object.keys(hitRows).filter((path) => hitRows[path].effect && path in listed);
  assert.ok(both.length > 9, `${both.length} of ${Object.keys(hitRows).length} hits`);
  for (const path of both) assert.deepEqual(hitRows[path], listed[path], path);
  assert.ok(both.some((path) => /^−.*CPA/.test(hitRows[path].effect)), "one whose fall is a gain");
  await context.close();
});

test("cards do not overflow a wide or narrow page", async () => {
  for (const width of [1440, 800, 320]) {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const page = await openPage(context, `${site.base}search/?q=referral&view=cards`);
    await page.waitForSelector(`${ANSWERED} .cards .row`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${width}`);
    assert.ok(await page.evaluate(() => [...document.querySelectorAll(".cards .row-title")].every((title) => title.clientWidth > 150)), `${width}`);
    await context.close();
  }
});

test("the results are saved as CSV without formulas", async () => {
  const context = await browser.newContext({ acceptDownloads: true });
  const page = await openPage(context, `${site.base}search/?q=type:case-study`);
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

test("every example of the help page has results and no hints", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}search-help/`);
  const examples = await page.evaluate(() => [...document.querySelectorAll(".prose td code")].map((code) => code.textContent));
  assert.ok(examples.length > 30, `${examples.length} examples`);
  const failing = await page.evaluate(async (examples) => {
    const engine = await import(new URL("engine.js", document.querySelector('script[src$="/main.js"]').src));
    const failing = [];
    for (const text of examples) {
      const { total, hints } = await engine.search({ text, limit: 1, prefix_last: true });
      if (total === 0 || hints.length) failing.push([text, total, ...hints.map((hint) => hint.message)]);
    }
    return failing;
  }, examples);
  assert.deepEqual(failing, []);
  await context.close();
});

test("without WebAssembly titles can be searched, and the dialog says why", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  await context.addInitScript(() => delete globalThis.WebAssembly);
  await context.route("**/worker*.js", (route) => route.abort());
  const page = await openPage(context, site.base);
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").pressSequentially("unboxing");
  await page.waitForSelector(`${HITS}:has-text("unboxing")`);
  await page.waitForFunction(() => /Titles and terms/.test(document.querySelector("dialog [role=status]").textContent));
  await context.close();
});
