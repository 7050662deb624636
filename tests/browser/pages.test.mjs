// Every kind of page: no errors under the strict content security policy, no overflow at 320 pixels, and usable without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { buildSite, launchBrowser, openPage, serveFolder } from "./support.mjs";

const PAGES = ["", "case-studies/", "case-studies/br/unboxing-drop/", "case-studies/no/newsletter-send-hour/", "markets/br/", "groups/latam/", "channels/email/", "tactics/referral-reward/", "similar/", "similar/how/", "ideas/", "coverage/", "lineage/", "reuse/", "proposals/", "desk/", "metrics/", "playbooks/", "search/", "search/?q=creators", "how-to-write/", "404.html", "offline.html"];

let site, browser;
before(async () => {
  site = await serveFolder(buildSite());
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await site.close();
});

for (const path of PAGES) {
  test(`/${path} has no errors under the policy and fits 320 pixels`, async () => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
    const page = await openPage(context, site.base + path);
    if (path.includes("?q=")) await page.waitForSelector("[data-search-results][aria-busy=false] .row");
    await page.waitForTimeout(200);
    assert.deepEqual(page.errors, []);
    const [scrollWidth, clientWidth] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(scrollWidth <= clientWidth, `the page is ${scrollWidth} pixels wide in a window of ${clientWidth}`);
    assert.equal(await page.locator("h1").count(), 1, "one main heading");
    assert.ok(await page.locator("html[lang]").count(), "a language");
    const unnamedControls = await page.evaluate(() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select")].filter((element) => element.checkVisibility() && !(element.textContent.trim() || element.getAttribute("aria-label") || element.title || element.labels?.length || element.getAttribute("aria-labelledby"))).map((element) => element.outerHTML.slice(0, 120)));
    assert.deepEqual(unnamedControls, [], "every control has a name");
    await context.close();
  });
}

test("the lists of markets, tactics, channels and regions are one click away: on the home page, and behind Browse by keyboard, on a phone and without scripts", async () => {
  const lists = ["markets/", "tactics/", "channels/", "groups/"];
  for (const [width, height, javaScriptEnabled] of [[1280, 800, true], [1280, 800, false], [390, 844, true], [390, 844, false]]) {
    const context = await browser.newContext({ viewport: { width, height }, javaScriptEnabled });
    const page = await openPage(context, site.base);
    for (const list of lists) {
      const entrance = await page.locator(`.home-entrances a[href="${list}"]`).boundingBox();
      assert.ok(entrance.y + entrance.height <= height, `${list} is on the first screen of ${width} pixels`);
    }
    const links = page.locator(".entrances-menu a");
    assert.equal(await links.first().isVisible(), false);
    await page.locator(width > 1000 ? ".browse-button" : ".menu-button").focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await links.evaluateAll((links) => links.filter((link) => link.checkVisibility()).map((link) => link.getAttribute("href"))), [...lists, "teams/", "case-studies/"]);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "markets/", "the next stop is the first list");
    await page.keyboard.press("Escape");
    assert.equal(await links.first().isVisible(), false);
    await context.close();
  }
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const header = await (await openPage(context, `${site.base}desk/`)).locator(".header").boundingBox();
  assert.ok(header.height < 70, `the menu is one line, not ${header.height} pixels`);
  await context.close();
});

test("kept and adapted parts have labels: above the columns in a wide window, with each text in a narrow one and on a study's page", async () => {
  const findLabels = async (path, width) => {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const page = await openPage(context, site.base + path);
    const labels = await page.evaluate(() => {
      const [heading, label] = [".descent-head", ".descent .branch-label"].map((element) => document.querySelector(element));
      const isShown = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1;
      const columns = [heading.children[1], label.parentElement].map((element) => Math.round(element.getBoundingClientRect().left));
      return { head: isShown(heading), label: isShown(label), heard: label.checkVisibility(), aligned: columns[0] === columns[1] };
    });
    await context.close();
    return labels;
  };
  assert.deepEqual(await findLabels("lineage/", 1280), { head: true, label: false, heard: true, aligned: true });
  const inPlace = { head: false, label: true, heard: true, aligned: false };
  assert.deepEqual(await findLabels("lineage/", 390), inPlace);
  assert.deepEqual(await findLabels("case-studies/id/ramadan-sahur/", 1280), inPlace);
});

test("lists of reasons and of what is kept have bullets, lists of links have none, and a phone shows markets in two columns", async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const listStyle = (page, list) => page.locator(list).first().evaluate((list) => getComputedStyle(list).listStyleType);
  const proposals = await openPage(context, site.base + "proposals/");
  assert.equal(await listStyle(proposals, ".proposal-why"), "disc");
  assert.equal(await listStyle(proposals, ".proposals-list"), "none");
  assert.equal(await proposals.locator(".market-index ul").evaluate((list) => getComputedStyle(list).gridTemplateColumns.split(" ").length), 2);
  assert.equal(await listStyle(await openPage(context, site.base + "lineage/"), ".dots"), "disc");
  await context.close();
});

test("past dates are shown as relative times, due dates stay dates", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, site.base + "playbooks/guided-choice-short-quiz/");
  await page.waitForSelector(".record time[title]");
  const days = await page.locator(".record time").evaluateAll((days) => days.map((day) => [day.textContent, day.title]));
  assert.ok(days.length > 2, `${days.length}`);
  assert.deepEqual(days.filter(([text]) => /\d{4}/.test(text)).map(([text]) => text), ["29 Aug 2026"]);
  assert.ok(days.filter(([, title]) => title).every(([text, title]) => !/\d{4}/.test(text) && /\d{4}/.test(title)));
  await context.close();
});

test("without scripts the list, the terms and a study can be read", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await openPage(context, site.base + "case-studies/");
  const first = page.locator("[data-rows] a").first();
  assert.ok(await first.isVisible());
  await first.click();
  assert.ok(await page.locator("h1").isVisible());
  await page.goto(site.base + "tactics/referral-reward/");
  assert.ok((await page.locator("main a[href*='case-studies/']").count()) > 1);
  await context.close();
});

test("a facet filters the list, and the URL keeps it", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, site.base + "case-studies/");
  await page.waitForSelector("[data-tick]");
  const before = await page.locator("[data-rows] > *").count();
  await page.locator('[data-facet="outcome"] [data-tick]').first().click();
  await page.waitForFunction((before) => document.querySelectorAll("[data-rows] > *").length < before, before);
  await page.waitForURL(/outcome=/);
  const filteredCount = await page.locator("[data-rows] > *").count();
  await page.reload();
  await page.waitForFunction((filteredCount) => document.querySelectorAll("[data-rows] > *").length === filteredCount, filteredCount);
  assert.deepEqual(page.errors, []);
  await context.close();
});

test("a filter applies to all views of the backlog, and the URL keeps it", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, site.base + "ideas/");
  const countVisible = (where) => page.locator(`${where} [data-keys]:not([hidden])`).count();
  const [cards, rows] = [await countVisible("#board"), await countVisible("#table")];
  await page.locator("[data-ideas] select[name=market]").selectOption("market:de");
  await page.waitForFunction(() => document.querySelector("[data-ideas-said]").textContent !== "");
  const [filteredCards, filteredRows] = [await countVisible("#board"), await countVisible("#table")];
  assert.ok(filteredCards < cards && filteredRows < rows && filteredRows > 0, `${filteredCards} of ${cards} cards, ${filteredRows} of ${rows} rows`);
  const counted = await page.locator(".column h3 .number").allInnerTexts();
  assert.equal(counted.reduce((sum, text) => sum + Number(text), 0), filteredRows, "the columns count what was found");
  assert.match(page.url(), /market=de/);
  await page.reload();
  await page.waitForFunction((filteredRows) => document.querySelectorAll("#table tr[data-keys]:not([hidden])").length === filteredRows, filteredRows);
  assert.deepEqual(page.errors, []);
  await context.close();
});

test("the chosen colour theme is stored", async () => {
  const context = await browser.newContext({ colorScheme: "light" });
  const page = await openPage(context, site.base);
  const colour = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await colour();
  await page.locator("[data-theme-switch]").click();
  await page.locator("[data-theme-switch]").click();
  assert.notEqual(await colour(), light);
  await page.reload();
  await page.waitForFunction((light) => getComputedStyle(document.documentElement).backgroundColor !== light, light);
  await context.close();
});

test("no link of the site is broken, below a sub-path either", async () => {
  const subPathSite = await serveFolder(buildSite(), "/teams/hub/");
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const checked = new Set(), brokenLinks = [];
  for (const start of PAGES.filter((path) => path !== "404.html")) {
    await page.goto(subPathSite.base + start);
    const links = await page.evaluate(() => [...document.querySelectorAll("a[href], link[href], script[src], img[src]")].map((element) => new URL(element.getAttribute("href") ?? element.getAttribute("src"), document.baseURI).href).filter((address) => address.startsWith(location.origin)).map((address) => address.split("#")[0]));
    for (const link of new Set(links)) {
      if (checked.has(link)) continue;
      checked.add(link);
      const response = await context.request.head(link);
      if (!response.ok()) brokenLinks.push(`${start} -> ${link.replace(subPathSite.base, "")}`);
    }
  }
  assert.deepEqual(brokenLinks, []);
  assert.ok(checked.size > 100, `${checked.size} links looked at`);
  await context.close();
  await subPathSite.close();
});
