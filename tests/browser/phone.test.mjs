// The site in the hand: the name of the hub whole, the contents of a study within reach, pages that keep their place on a slow
// network, and how much of that network they take.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildSite, launchBrowser, openPage, serveFolder, slowDown } from "./support.mjs";

const STUDY = "case-studies/br/unboxing-drop/";
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** Kilobytes that a page may weigh, compressed, with the styles and scripts that it loads. */
const MOST_KILOBYTES = 75;

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

test("the name of the hub is never cut, however long it is", async () => {
  for (const [width, height] of [[320, 640], [390, 844], [768, 1024], [1280, 800], [1600, 900]]) {
    const context = await browser.newContext({ viewport: { width, height } });
    const page = await openPage(context, site.base);
    for (const name of [await page.locator(".brand span").innerText(), "Casebook", "The shared memory of regional marketing experiments", "Marketingexperimentenverzameling"]) {
      await page.locator(".brand span").evaluate((span, name) => (span.textContent = name), name);
      const { isCut, right, tools, page: pageWidth } = await page.locator(".brand span").evaluate((span) => ({
        isCut: span.scrollWidth > span.clientWidth + 1 || ["hidden", "clip"].includes(getComputedStyle(span).overflowX),
        right: span.getBoundingClientRect().right,
        tools: [...document.querySelectorAll(".nav, .tools")].filter((part) => part.checkVisibility()).map((part) => part.getBoundingClientRect().left),
        page: document.documentElement.scrollWidth,
      }));
      assert.ok(!isCut && right <= Math.min(...tools) + 1, `${name} at ${width}: cut ${isCut}, ends at ${right}, tools from ${tools}`);
      assert.ok(pageWidth <= width, `${name} makes the page ${pageWidth} wide at ${width}`);
    }
    await context.close();
  }
});

test("on a phone the contents of a study stay below the header, lead to every part, and close after a choice", async () => {
  const context = await browser.newContext(PHONE);
  const page = await openPage(context, site.base + STUDY);
  const [fold, summary] = [page.locator(".contents-fold"), page.locator(".contents-fold summary")];
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
  await page.waitForTimeout(100);
  const header = await page.locator(".header").evaluate((header) => header.getBoundingClientRect().bottom);
  const box = await summary.evaluate((summary) => summary.getBoundingClientRect().toJSON());
  assert.ok(Math.abs(box.top - header) < 3 && box.height >= 44, `the header ends at ${header}, the contents begin at ${box.top} and are ${box.height} high`);
  const links = await fold.locator("a").evaluateAll((links) => links.map((link) => decodeURIComponent(link.hash)));
  assert.ok(links.includes("#_all-results") && links.includes("#_similar") && links.length > 4, links.join());
  for (const hash of links) {
    await summary.click();
    await fold.locator("a").nth(links.indexOf(hash)).click();
    await page.waitForFunction((hash) => decodeURIComponent(location.hash) === hash, hash);
    assert.equal(await fold.evaluate((fold) => fold.open), false, "closed after the choice");
    const [top, bottom, isLast] = await page.evaluate((hash) => [document.getElementById(hash.slice(1)).getBoundingClientRect().top, document.querySelector(".contents-fold").getBoundingClientRect().bottom, scrollY + innerHeight >= document.documentElement.scrollHeight - 2], hash);
    assert.ok(top >= bottom - 1 && (top < 400 || isLast), `${hash} is at ${top}, the contents end at ${bottom}`);
  }
  await context.close();
});

test("the contents are opened and closed by keyboard, and close when the focus leaves them", async () => {
  const context = await browser.newContext(PHONE);
  const page = await openPage(context, site.base + STUDY);
  const fold = page.locator(".contents-fold");
  const isOpen = () => fold.evaluate((fold) => fold.open);
  await fold.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.equal(await isOpen(), true);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  assert.deepEqual([await isOpen(), await page.evaluate(() => document.activeElement.localName)], [false, "summary"]);
  await page.keyboard.press("Enter");
  for (let stops = await fold.locator("a").count(); stops >= 0; stops -= 1) await page.keyboard.press("Tab");
  assert.equal(await isOpen(), false, "the focus has left the list");
  await context.close();
  const plain = await browser.newContext({ ...PHONE, javaScriptEnabled: false });
  const unscripted = await openPage(plain, site.base + STUDY);
  await unscripted.locator(".contents-fold summary").click();
  const [position, list, next] = await unscripted.evaluate(() => [getComputedStyle(document.querySelector(".contents-fold")).position, document.querySelector(".contents-fold ol").getBoundingClientRect().bottom, document.querySelector(".case-main").getBoundingClientRect().top]);
  assert.ok(position === "static" && list <= next, "without scripts the open list covers nothing");
  await plain.close();
});

test("pages keep their place while a slow phone loads them", async () => {
  const shifted = {};
  for (const path of ["", "case-studies/", "case-studies/?outcome=won", STUDY, "case-studies/jp/cart-reminder-message/", "search/?q=referral", "case-studies/?sort=lift", "running/?group=sea", "new/?market=jp", "desk/?market=jp", "similar/?market=jp", "running/", "new/", "desk/", "coverage/"]) {
    const context = await browser.newContext({ ...PHONE, serviceWorkers: "block" });
    const page = await context.newPage();
    await page.addInitScript(() => {
      globalThis.shifts = [];
      new PerformanceObserver((list) => list.getEntries().forEach(({ value, sources }) => globalThis.shifts.push([Number(value.toFixed(4)), sources.map(({ node }) => node?.className || node?.nodeName).join(" ")]))).observe({ type: "layout-shift", buffered: true });
    });
    await slowDown(page, 1600, 150);
    await page.goto(site.base + path, { timeout: 90_000 });
    if (path.startsWith("search/")) await page.waitForSelector("[data-search-results][aria-busy=false][data-rows=complete] .row");
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(700);
    const shifts = await page.evaluate(() => globalThis.shifts);
    if (shifts.reduce((sum, [value]) => sum + value, 0) >= 0.05) shifted[path] = shifts;
    await context.close();
  }
  assert.deepEqual(shifted, {});
});

/** Bytes of a file, compressed as a host does it. */
const weigh = (bytes) => gzipSync(bytes, { level: 9 }).length;

test(`a page weighs at most ${MOST_KILOBYTES} kB with its styles and scripts`, async (t) => {
  // The search engine and its index are fetched when somebody searches, and kept; fonts are kept too, and text is read without them.
  const weights = {};
  for (const path of ["", STUDY, "case-studies/", "running/", "new/", "desk/", "teams/crm-jp/", "coverage/", "similar/", "ideas/"]) {
    const context = await browser.newContext({ serviceWorkers: "block" });
    const page = await context.newPage();
    const files = new Set();
    page.on("response", (response) => /\.(css|js)$/.test(new URL(response.url()).pathname) && files.add(new URL(response.url()).pathname.slice(1)));
    const document = await page.goto(site.base + path);
    await page.waitForLoadState("networkidle");
    weights[path] = (weigh(await document.body()) + [...files].reduce((sum, file) => sum + weigh(readFileSync(join(folder, file))), 0)) / 1000;
    assert.ok([...files].some((file) => file.endsWith(".css")) && files.size > 3, `${path} loads ${[...files]}`);
    await context.close();
  }
  t.diagnostic(Object.entries(weights).map(([path, weight]) => `/${path} ${weight.toFixed(1)} kB`).join(", "));
  assert.deepEqual(Object.entries(weights).filter(([, weight]) => weight > MOST_KILOBYTES), []);
});
