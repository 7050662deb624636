// Search in the browser: typing, keyboard, facets, URL, sub-path, and failures of the engine.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readPublished } from "./files.mjs";
import { buildSite, launchBrowser, openPage, repository, serveFolder, slowDown, writeHub } from "./support.mjs";

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
  ["an error page with status 200 in place of the worker", { alter: alterMatching(/^search\/worker/, () => hostErrorPage) }, /[Tt]itles and terms/, true],
  ["workers that are not allowed", { alter: alterMatching(/(^|\/)(index\.html)?$/, (answer) => answer && { ...answer, policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'" }) }, /[Tt]itles and terms/, true],
  ["no workers", { script: () => delete globalThis.Worker }, /[Tt]itles and terms/, true],
  ["WebAssembly that may not run", { alter: alterMatching(/^search\/worker/, (answer) => ({ ...answer, policy: "default-src 'self'" })) }, /[Tt]itles and terms/, true],
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

test("parts of a query and the reasons for an order are in words, without ids and formulas", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}search/?q=creators+tactic:referral-reward,ugc+-market:br&explain=1`);
  await page.waitForSelector("[data-search-results][aria-busy=false]");
  const chips = await page.locator(".search-parts .chip").allInnerTexts();
  assert.equal(chips.length, 3);
  assert.match(chips[1], /^Tactic: Referral reward, /);
  assert.match(chips[2], /^-Market: Brazil/);
  const plain = await openPage(context, `${site.base}search/?q=creators+video&explain=1`);
  await plain.waitForSelector("[data-search-results][aria-busy=false] .reasons");
  const reasons = await plain.locator(".reasons li").allInnerTexts();
  assert.ok(reasons.some((reason) => /“creators” .*in the .*; \d+ of \d+ records have/.test(reason)), reasons.join("\n"));
  assert.deepEqual(reasons.filter((reason) => /idf|factor|explain_|frequency|× 1\.00/.test(reason)), []);
  await context.close();
});

test("the URL keeps sort, view, explanation and length, and parts of the query can be removed", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}search/?q=creators+year:2025..&sort=lift&view=cards&explain=1&market=br,id`);
  await page.waitForSelector("[data-search-results] .cards .reasons");
  assert.equal(await page.locator("[data-search-results] .list-sort > select").inputValue(), "lift");
  // Below the line stand results on other metrics.
  const effects = (await page.locator("[data-search-results] .row:not(.row-divider ~ .row) .row-effect b").allInnerTexts()).map((text) => Number(text.replace("−", "-").replace("%", "")));
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
  const describeRows = (rows) => rows.evaluateAll((rows) => Object.fromEntries(rows.map((row) => [new URL(row.querySelector("a").href).pathname, { effect: (row.querySelector(".row-effect")?.textContent ?? "").replace(/\s+/g, " ").trim(), month: row.querySelector(".row-facts span:last-child").innerText }])));
  const listed = await describeRows(page.locator("[data-rows] .row"));
  await page.goto(`${site.base}search/?q=type:case-study+outcome:won`);
  await page.waitForSelector(`${ANSWERED}[data-rows=complete] .row`);
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
      const { total, hints } = await engine.search({ text, limit: 1 });
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
  await page.waitForFunction(() => /[Tt]itles and terms/.test(document.querySelector("dialog [role=status]").textContent));
  await context.close();
});

const READING = "[data-reading]";
const COUNT = "[data-search-results] [role=status]";
const titlesOf = (page) => page.locator("[data-search-results] .row-title").allInnerTexts();

test("settings of the address that are not known are left out with a word", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}search/?q=referral`);
  await page.waitForSelector(`${ANSWERED} .row`);
  const expected = await titlesOf(page);
  for (const [parameter, isSaid] of [["sort=newest", true], ["show=-5", true], ["show=0", true], ["show=2.5", true], ["show=many", true], ["view=list", true], ["show=", false], ["ref=mail", false]]) {
    await page.goto(`${site.base}search/?q=referral&${parameter}`);
    await page.waitForSelector(`${ANSWERED} .row`);
    assert.deepEqual(await titlesOf(page), expected, parameter);
    assert.equal(await page.locator(READING).innerText(), isSaid ? `Left out, because nothing here matches: ${parameter}` : "", parameter);
    assert.equal(await page.locator("[data-search-results] .list-sort > select").inputValue(), "relevance");
  }
  await page.goto(`${site.base}case-studies/?sort=newest`);
  assert.equal(await page.locator("[data-sort]").inputValue(), "date");
  // A form repeats the name of a facet for each value.
  await page.goto(`${site.base}search/?market=br&market=id`);
  await page.waitForSelector(`${ANSWERED} .row`);
  assert.match(page.url(), /market=br,id/);
  assert.deepEqual(page.errors, []);
  await context.close();
});

test("a browser set to Turkish finds and marks the same", async () => {
  const context = await browser.newContext({ locale: "tr-TR", serviceWorkers: "block" });
  // The locale of a context does not reach these two, that of a browser does.
  await context.addInitScript(() => {
    for (const name of ["toLocaleLowerCase", "toLocaleUpperCase"]) {
      const original = String.prototype[name];
      String.prototype[name] = function (locale = "tr") { return original.call(this, locale); };
    }
  });
  await context.route("**/search.*.wasm.gz", () => {});
  const page = await openPage(context, `${site.base}case-studies/`);
  assert.equal(await page.evaluate(() => "I".toLocaleLowerCase()), "ı", "the browser is set to Turkish");
  await page.keyboard.press("Control+k");
  for (const query of ["indonesia", "Indonesia", "INDONESIA", "İndonesia"]) {
    await page.locator("dialog [role=combobox]").fill(query);
    await page.waitForFunction(() => /Indonesia/.test(document.querySelector("dialog [role=option]")?.textContent));
    await page.locator("dialog [role=combobox]").fill("");
  }
  await context.unroute("**/search.*.wasm.gz");
  await page.goto(`${site.base}search/?q=INSTALMENTS`);
  await page.waitForSelector(`${ANSWERED} .row`);
  assert.match(await page.locator("[data-search-results] .row a").first().getAttribute("href"), /mark=instalment/);
  // The values of a panel are found in the same way.
  const find = page.locator("[data-facet=market] .facet-find");
  if (await find.count()) {
    const all = await page.locator("[data-facet=market] li:visible span:first-of-type").allInnerTexts();
    await find.fill(all.at(-1).toUpperCase());
    assert.ok((await page.locator("[data-facet=market] li:visible").count()) > 0);
  }
  await context.close();
});

test("the page of a hit marks the words that matched, whole, and no others", async () => {
  const marks = writeHub({
    "id/store": { title: "Samples instead of leaders", summary: "An ad for runners in running shoes who run.", body: "Read this instead: an ad for leaders, or two ads. A story of stores; the podcast was long.\n\n## Boxes\n\nUnboxing and running shoes. They run far. Sobre la tienda. Écrire: write it. Instalments and INSTALMENTS." },
    "br/other": { title: "Snow posters near shops", body: "Unboxing sobre o tempo. Two ads in a story." },
    "gb/radio": { title: "Radio in the morning", body: "A spot before the news." },
  });
  const small = await serveFolder(buildSite("--root", marks));
  const context = await browser.newContext();
  const page = await openPage(context, small.base);
  const markedFor = async (query, study) => {
    await page.goto(`${small.base}search/?q=${encodeURIComponent(query)}`);
    await page.waitForSelector(`${ANSWERED} .row a[href*="${study}"]`);
    const address = await page.locator(`.row a[href*="${study}"]`).first().getAttribute("href");
    await page.goto(address);
    await page.waitForSelector(".prose");
    return [...new Set((await page.locator(".prose mark").allInnerTexts()).map((word) => word.toLowerCase()))].sort();
  };
  assert.deepEqual(await markedFor("ad", "id/store"), ["ad", "ads"]);
  assert.deepEqual(await markedFor("how to write", "id/store"), ["write"]);
  assert.deepEqual(await markedFor("market:br unboxing", "br/other"), ["unboxing"]);
  assert.deepEqual(await markedFor("unboxing -radio", "id/store"), ["unboxing"]);
  assert.deepEqual(await markedFor("unboxng", "id/store"), ["unboxing"]);
  assert.deepEqual(await markedFor("running shoes", "id/store"), ["run", "running", "shoes"]);
  assert.deepEqual(await markedFor("INSTALMENTS", "id/store"), ["instalments"]);
  // From the dialog too.
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").fill("market:id running shoes");
  await page.waitForSelector("[role=listbox][data-full] [role=option] .hit-excerpt");
  const mark = new URL(await page.locator(HITS).first().evaluate((option) => option.href)).searchParams.get("mark").split(" ");
  assert.ok(mark.includes("running") && mark.includes("shoes") && !mark.includes("id"), mark.join(" "));
  assert.deepEqual(page.errors, []);
  await context.close();
  await small.close();
});

test("keys that belong to an input method choose, open and announce nothing", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, site.base);
  await page.keyboard.press("Control+k");
  const input = page.locator("dialog [role=combobox]");
  await input.fill("unboxing");
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  const before = page.url();
  const active = await input.getAttribute("aria-activedescendant");
  const status = page.locator("dialog [role=status]");
  const said = await status.innerText();
  const session = await context.newCDPSession(page);
  await input.evaluate((box) => box.setSelectionRange(0, box.value.length));
  for (const part of ["r", "ら", "らm", "らま"]) await session.send("Input.imeSetComposition", { text: part, selectionStart: part.length, selectionEnd: part.length });
  await page.waitForTimeout(300);
  assert.equal(await status.innerText(), said, "nothing is said of half a word");
  const wasCancelled = await input.evaluate((box) => ["ArrowDown", "ArrowUp", "Enter"].map((key) => {
    const composing = new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true });
    // Safari sends the Enter that ends a composition after it, with this code.
    const afterwards = new KeyboardEvent("keydown", { key, keyCode: 229, bubbles: true, cancelable: true });
    return !box.dispatchEvent(composing) || !box.dispatchEvent(afterwards);
  }));
  assert.deepEqual(wasCancelled, [false, false, false]);
  assert.equal(await input.getAttribute("aria-activedescendant"), active);
  await session.send("Input.insertText", { text: "ラマダン" });
  await page.waitForFunction((said) => document.querySelector("dialog [role=status]").textContent !== said, said);
  assert.equal(await input.inputValue(), "ラマダン");
  assert.equal(page.url(), before);

  await page.goto(`${site.base}search/?q=unboxing`);
  await page.waitForSelector(`${ANSWERED} .row`);
  const box = page.locator("input[name=q]").first();
  const count = await page.locator(COUNT).innerText();
  await box.focus();
  await box.evaluate((box) => box.setSelectionRange(0, box.value.length));
  const second = await context.newCDPSession(page);
  for (const part of ["r", "ら", "らm", "らま"]) await second.send("Input.imeSetComposition", { text: part, selectionStart: part.length, selectionEnd: part.length });
  await page.waitForTimeout(300);
  assert.equal(await page.locator(COUNT).innerText(), count);
  assert.match(page.url(), /q=unboxing$/);
  await second.send("Input.insertText", { text: "ライブ" });
  await page.waitForFunction(() => decodeURIComponent(location.search).includes("ライブ"));
  await context.close();
});

for (const latency of [150, 400]) {
  test(`no key is lost after Ctrl-K at the first visit with ${latency} ms latency`, async () => {
    for (const open of ["key", "button"]) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await slowDown(page, 1600, latency);
      await page.goto(site.base, { waitUntil: "commit" });
      await page.waitForSelector("[data-search]");
      if (open === "key") await page.keyboard.press("Control+k");
      else await page.locator("[data-search]").click();
      await page.keyboard.type("podcast", { delay: 90 });
      await page.waitForSelector("dialog [role=combobox]");
      assert.equal(await page.locator("dialog [role=combobox]").inputValue(), "podcast");
      await page.keyboard.type(" ads", { delay: 20 });
      await page.waitForSelector("[role=listbox][data-full]");
      assert.equal(await page.locator("dialog [role=combobox]").inputValue(), "podcast ads");
      assert.ok(await page.evaluate(() => document.activeElement.matches("dialog input")));
      await context.close();
    }
  });
}

test("Enter before the scripts are there opens the search page, which keeps what is typed", async () => {
  const context = await browser.newContext();
  await context.route(/dialog\.js$/, () => {});
  const page = await openPage(context, site.base);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("unboxing");
  await page.keyboard.press("Enter");
  await page.waitForURL(/search\/\?q=unboxing/);
  await context.unroute(/dialog\.js$/);
  // The box of the search page, too, is there before its script.
  let go;
  const held = new Promise((release) => (go = release));
  await context.route(/search-page\.js$/, async (route) => (await held, route.continue()));
  await page.goto(`${site.base}search/`, { waitUntil: "commit" });
  await page.locator("input[name=q]").first().pressSequentially("referral");
  go();
  await page.waitForSelector(`${ANSWERED} .row`);
  assert.equal(await page.locator("input[name=q]").first().inputValue(), "referral");
  await page.waitForURL(/q=referral/);
  await context.close();
});

for (const serviceWorkers of ["allow", "block"]) {
  test(`a new study is found at the second visit although the manifest is slow, service workers: ${serviceWorkers}`, async () => {
    const other = { title: "Radio in the morning", body: "A spot before the news." };
    const hub = writeHub({ "gb/radio": other, "gb/gone": { title: "A wombat leaves", body: "Soon taken away." } });
    let delay = 0;
    let built = buildSite("--root", hub);
    const late = async (path, file) => {
      if (path === "search/manifest.json" && delay) await new Promise((done) => setTimeout(done, delay));
      return file && readPublished(built, path);
    };
    const small = await serveFolder(built, "/", 0, late);
    const context = await browser.newContext({ serviceWorkers });
    const page = await openPage(context, small.base);
    const countOf = async (query) => {
      await page.goto(`${small.base}search/?q=${query}`);
      const from = Date.now();
      await page.waitForFunction(() => document.querySelector("[data-search-results][aria-busy=false] [role=status]")?.textContent, null, { timeout: 20000 });
      return [await page.locator(COUNT).innerText(), Date.now() - from];
    };
    for (let visit = 0; visit < 2; visit += 1) {
      await countOf("radio");
      if (serviceWorkers === "allow") await page.evaluate(() => navigator.serviceWorker.ready);
    }
    rmSync(join(hub, "content/case-studies/gb/gone.md"));
    writeHub({ "gb/new": { title: "A quokka arrives", body: "A quokka." } }, hub);
    const next = buildSite("--root", hub);
    rmSync(built, { recursive: true });
    renameSync(next, built);
    delay = 4500;
    const [first, firstTook] = await countOf("quokka");
    assert.ok(firstTook < 6500, `the first visit takes ${firstTook} ms`);
    await page.waitForTimeout(3000);
    const [second, secondTook] = await countOf("quokka");
    assert.equal(second, "1 result", `at first ${first}`);
    assert.ok(secondTook < 6500, `the second visit takes ${secondTook} ms`);
    assert.equal((await countOf("wombat"))[0], "0 results");
    await context.close();
    await small.close();
  });
}

test("Back undoes submitted queries and ticks, and the list is the same wherever it is asked for", async () => {
  const context = await browser.newContext({ acceptDownloads: true });
  const page = await openPage(context, `${site.base}search/`);
  await page.waitForSelector(`${ANSWERED} .row`);
  const box = page.locator("input[name=q]").first();
  const answered = async (query) => {
    await page.waitForFunction((query) => new URLSearchParams(location.search).get("q") === query, query);
    await page.waitForSelector(ANSWERED);
    return titlesOf(page);
  };
  const length = await page.evaluate(() => history.length);
  await box.pressSequentially("unboxing");
  const typed = await answered("unboxing");
  assert.equal(await page.evaluate(() => history.length), length, "what is being typed is no step");
  await box.press("Enter");
  assert.deepEqual(await answered("unboxing"), typed);
  assert.equal(await page.evaluate(() => history.length), length + 1);
  await box.fill("referr");
  const beginning = await answered("referr");
  await page.locator("h1").click();
  assert.deepEqual(await answered("referr"), beginning, "the same when the box is left");
  const tick = page.locator("[data-search-facets] [data-tick]").first();
  await tick.click();
  await page.waitForSelector(ANSWERED);
  await page.waitForFunction(() => location.search.split("&").length > 1);
  await page.goBack();
  assert.deepEqual(await answered("referr"), beginning);
  assert.equal(await page.locator("[data-search-facets] :checked").count(), 0);
  const total = Number(/\d+/.exec(await page.locator(COUNT).innerText())[0]);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  const lines = readFileSync(await (await saved).path(), "utf8").split("\r\n").slice(1);
  assert.equal(lines.length, total);
  // By id, because a title is that of the record, and rows show the one in the reader's language first.
  const addresses = await page.locator(".rows .row a").evaluateAll((links) => links.slice(0, 5).map((link) => link.pathname));
  lines.slice(0, 5).forEach((line, at) => assert.ok(addresses[at].endsWith(`/${line.split('","')[0].replace(/^"/, "")}/`), `${line}: ${addresses[at]}`));
  await page.goBack();
  assert.deepEqual(await answered("unboxing"), typed);
  assert.equal(await box.inputValue(), "unboxing");
  await page.goBack();
  await answered(null);
  assert.equal(await box.inputValue(), "");
  await page.goto(`${site.base}search/?q=referr`);
  assert.deepEqual(await answered("referr"), beginning);
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").fill("referr");
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  assert.deepEqual(await page.locator(".hit-title").allInnerTexts(), beginning.slice(0, 10));
  assert.deepEqual(page.errors, []);
  await context.close();
});

test("on a slow phone the page keeps its place, counts only what is final and says what it waits for", async () => {
  for (const [address, width] of [["search/?q=referral", 390], ["search/?q=referral+creators&outcome=won", 390], ["search/?q=unboxng", 390], ["search/?q=zzzzqq", 390], ["search/?q=market:br+referral", 1280], ["search/", 390]]) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, serviceWorkers: "block" });
    const page = await context.newPage();
    await page.addInitScript(() => {
      globalThis.shifts = [];
      globalThis.said = new Set();
      new PerformanceObserver((list) => list.getEntries().forEach(({ value, sources }) => globalThis.shifts.push([value, sources.map(({ node }) => node?.className || node?.nodeName).join(" ")]))).observe({ type: "layout-shift", buffered: true });
      setInterval(() => {
        globalThis.said.add(`${document.querySelector("[data-search-results] [role=status]")?.textContent ?? ""}|${document.querySelector("[data-reading]")?.textContent ?? ""}`);
      }, 20);
    });
    await slowDown(page, 1600, 150);
    await page.goto(site.base + address);
    await page.waitForSelector(ANSWERED);
    await page.waitForTimeout(500);
    const { shifts, said, final } = await page.evaluate(() => ({ shifts: globalThis.shifts, said: [...globalThis.said], final: document.querySelector("[data-search-results] [role=status]").textContent }));
    const counts = said.map((line) => line.split("|")[0]).filter(Boolean);
    assert.deepEqual(counts, [final], "one count, the final one");
    assert.ok(said.some((line) => /loads|Loading/.test(line)), said.join(" / "));
    const shift = shifts.reduce((sum, [value]) => sum + value, 0);
    assert.ok(shift < 0.05, `${address}: ${JSON.stringify(shifts)}`);
    assert.equal(await page.locator("#browse").isVisible(), !address.includes("?"));
    await context.close();
  }
});

test("the dialog keeps its rows until the next are there, and shows what the search page shows", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  let go;
  const held = new Promise((release) => (go = release));
  await context.route("**/search.*.wasm.gz", async (route) => (await held, route.continue()));
  const page = await openPage(context, site.base);
  await page.evaluate(() => {
    globalThis.said = [];
    new MutationObserver(() => globalThis.said.push(document.querySelector("dialog [role=status]")?.textContent ?? "")).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await page.keyboard.press("Control+k");
  const input = page.locator("dialog [role=combobox]");
  // The slip is typed once the list of titles has rows to keep.
  await input.pressSequentially("unbox");
  await page.waitForSelector(HITS);
  await input.pressSequentially("ng");
  await page.waitForFunction(() => /while the full search loads/.test(document.querySelector("dialog [role=status]").textContent));
  assert.ok((await page.locator(HITS).count()) > 0, "the rows of the last title list stay");
  go();
  await page.waitForSelector("[role=listbox][data-full] [role=option]");
  assert.match(await page.locator("dialog [role=status]").innerText(), /^Showing results for unboxing/);
  assert.deepEqual((await page.evaluate(() => globalThis.said)).filter((line) => /No results for/.test(line)), []);
  await input.fill("type:case-study outcome:won");
  await page.waitForFunction(() => document.querySelectorAll("dialog .hit-signs").length > 8 && document.querySelector("dialog .row-range"));
  const signs = await page.locator(HITS).evaluateAll((all) => all.map((hit) => [...hit.querySelector(".hit-signs").children].map((part) => part.textContent).join(" ").replace(/\s+/g, " ")));
  await page.goto(`${site.base}search/?q=type:case-study+outcome:won`);
  await page.waitForSelector(`${ANSWERED}[data-rows=complete] .row`);
  const rows = await page.locator("[data-search-results] .row").evaluateAll((all) => all.slice(0, 10).map((row) => [".signal", ".row-effect", ".grade"].map((part) => row.querySelector(part)?.textContent ?? "").join(" ").replace(/\s+/g, " ").trim()));
  assert.deepEqual(signs, rows);
  await context.close();
});

test("a title that is typed stands before terms in the list of titles", async () => {
  const hub = writeHub({ "gb/reward": { title: "Member get member at the till", body: "A spot." }, "gb/radio": { title: "Radio in the morning", body: "A spot." } });
  const small = await serveFolder(buildSite("--root", hub));
  const context = await browser.newContext({ serviceWorkers: "block" });
  await context.route("**/search.*.wasm.gz", () => {});
  const page = await openPage(context, small.base);
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").fill("member get member");
  await page.waitForFunction(() => /till/.test(document.querySelector("dialog [role=option]")?.textContent));
  await context.close();
  await small.close();
});

test("a hit says by which name it was found, in the language of the site", async () => {
  const fields = { title: "Lamps for the feast", tactic: "seasonal-moment", body: "A spot." };
  for (const [language, named, hint] of [["en", "Seasonal moment, for diwali", /^country is not a search field/], ["nl", "Seizoensmoment, voor diwali", /^country is geen zoekveld/]]) {
    const small = await serveFolder(buildSite("--root", writeHub({ "in/lamps": fields }, undefined, language)));
    const context = await browser.newContext({ serviceWorkers: "block" });
    const page = await openPage(context, `${small.base}search/?q=diwali`);
    await page.waitForSelector(`${ANSWERED} .row`);
    assert.ok((await page.locator(".row-facts span").allInnerTexts()).some((fact) => fact.toLowerCase() === named.toLowerCase()), await page.locator(".row-facts").allInnerTexts());
    await page.goto(`${small.base}search/?q=lamps+kountry:zz`);
    await page.waitForSelector(ANSWERED);
    assert.match((await page.locator(READING).innerText()).replace("kountry", "country"), hint);
    await context.close();
    await small.close();
  }
});

test("a closed panel of filters is counted when it is opened", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await openPage(context, `${site.base}search/?q=unboxing`);
  await page.waitForSelector(ANSWERED);
  const panel = page.locator('details[data-facet="channel"]');
  assert.equal(await panel.locator("li").count(), 0);
  assert.ok((await page.locator('details[data-facet="outcome"] li').count()) > 0);
  await panel.locator("summary").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector('details[data-facet="channel"][open] li');
  assert.equal(await panel.locator("summary").evaluate((summary) => summary === document.activeElement), true, "the focus stays");
  assert.deepEqual(page.errors, []);
  await context.close();
});

test("hints of the engine propose a word as a link that searches it", async () => {
  // Hints in place of the engine's own, whatever this index answers.
  const hints = [{ code: "not-found", value: "unboxnig", nearest: ["unboxing"], message: "" }];
  const script = `{ const post = self.postMessage.bind(self); self.postMessage = (message) => { if (message.result?.hints && message.result.reading.text.includes("zzqq")) message.result.hints = ${JSON.stringify(hints).replace("unboxnig", "zzqq")}; post(message); }; }`;
  const altered = await serveFolder(folder, "/", 0, alterMatching(/^search\/worker/, (answer) => ({ ...answer, bytes: Buffer.concat([Buffer.from(script), answer.bytes]) })));
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await openPage(context, `${altered.base}search/?q=market:br+zzqq`);
  await page.waitForSelector(ANSWERED);
  assert.equal(await page.locator(READING).innerText(), "No results for zzqq; did you mean unboxing?");
  await page.locator(`${READING} a`).click();
  await page.waitForURL(/q=market%3Abr\+unboxing/);
  await page.waitForSelector(`${ANSWERED} .row`);
  await page.goBack();
  await page.waitForURL(/zzqq/);
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").fill("zzqq");
  await page.locator("dialog [role=status] a").click();
  await page.waitForSelector(`${HITS}:has-text("unboxing")`);
  assert.equal(await page.locator("dialog [role=combobox]").inputValue(), "unboxing");
  assert.deepEqual(page.errors, []);
  await context.close();
  await altered.close();
});
