// Every kind of page: quiet under the strict policy, whole at 320 pixels, and of use without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, build, open, serve } from "./support.mjs";

const PAGES = ["", "case-studies/", "case-studies/br/unboxing-drop/", "case-studies/no/newsletter-send-hour/", "markets/br/", "groups/latam/", "channels/email/", "tactics/referral-reward/", "similar/", "similar/how/", "ideas/", "coverage/", "lineage/", "reuse/", "proposals/", "desk/", "metrics/", "playbooks/", "search/", "search/?q=creators", "how-to-write/", "404.html", "offline.html"];

let site, chrome;
before(async () => {
  site = await serve(build());
  chrome = await browser();
});
after(async () => {
  await chrome.close();
  await site.close();
});

for (const path of PAGES) {
  test(`/${path} is quiet under the policy and fits 320 pixels`, async () => {
    const context = await chrome.newContext({ viewport: { width: 320, height: 640 } });
    const page = await open(context, site.base + path);
    if (path.includes("?q=")) await page.waitForSelector("[data-search-results][aria-busy=false] .row");
    await page.waitForTimeout(200);
    assert.deepEqual(page.trouble, []);
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(wide <= room, `the page is ${wide} pixels wide in a window of ${room}`);
    assert.equal(await page.locator("h1").count(), 1, "one main heading");
    assert.ok(await page.locator("html[lang]").count(), "a language");
    const unnamed = await page.evaluate(() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select")].filter((part) => part.checkVisibility() && !(part.textContent.trim() || part.getAttribute("aria-label") || part.title || part.labels?.length || part.getAttribute("aria-labelledby"))).map((part) => part.outerHTML.slice(0, 120)));
    assert.deepEqual(unnamed, [], "every control has a name");
    await context.close();
  });
}

test("what is kept and adapted is named: over the columns on a wide window, with each text on a narrow one and in a study", async () => {
  const told = async (path, width) => {
    const context = await chrome.newContext({ viewport: { width, height: 800 } });
    const page = await open(context, site.base + path);
    const found = await page.evaluate(() => {
      const [head, label] = [".descent-head", ".descent .branch-label"].map((part) => document.querySelector(part));
      const shown = (part) => part.checkVisibility() && part.getBoundingClientRect().width > 1;
      const columns = [head.children[1], label.parentElement].map((part) => Math.round(part.getBoundingClientRect().left));
      return { head: shown(head), label: shown(label), heard: label.checkVisibility(), aligned: columns[0] === columns[1] };
    });
    await context.close();
    return found;
  };
  assert.deepEqual(await told("lineage/", 1280), { head: true, label: false, heard: true, aligned: true });
  const inPlace = { head: false, label: true, heard: true, aligned: false };
  assert.deepEqual(await told("lineage/", 390), inPlace);
  assert.deepEqual(await told("case-studies/id/ramadan-sahur/", 1280), inPlace);
});

test("lists of reasons and of what is kept have bullets, lists of links have none, and a phone shows markets in two columns", async () => {
  const context = await chrome.newContext({ viewport: { width: 390, height: 844 } });
  const bullets = (page, list) => page.locator(list).first().evaluate((list) => getComputedStyle(list).listStyleType);
  const proposals = await open(context, site.base + "proposals/");
  assert.equal(await bullets(proposals, ".proposal-why"), "disc");
  assert.equal(await bullets(proposals, ".proposals-list"), "none");
  assert.equal(await proposals.locator(".market-index ul").evaluate((list) => getComputedStyle(list).gridTemplateColumns.split(" ").length), 2);
  assert.equal(await bullets(await open(context, site.base + "lineage/"), ".dots"), "disc");
  await context.close();
});

test("days gone by are told as how long ago, a day that something is due by stays a day", async () => {
  const context = await chrome.newContext();
  const page = await open(context, site.base + "playbooks/guided-choice-short-quiz/");
  await page.waitForSelector(".record time[title]");
  const days = await page.locator(".record time").evaluateAll((days) => days.map((day) => [day.textContent, day.title]));
  assert.ok(days.length > 2, `${days.length}`);
  assert.deepEqual(days.filter(([text]) => /\d{4}/.test(text)).map(([text]) => text), ["29 Aug 2026"]);
  assert.ok(days.filter(([, title]) => title).every(([text, title]) => !/\d{4}/.test(text) && /\d{4}/.test(title)));
  await context.close();
});

test("without scripts the list, the terms and a study can be read", async () => {
  const context = await chrome.newContext({ javaScriptEnabled: false });
  const page = await open(context, site.base + "case-studies/");
  const first = page.locator("[data-rows] a").first();
  assert.ok(await first.isVisible());
  await first.click();
  assert.ok(await page.locator("h1").isVisible());
  await page.goto(site.base + "tactics/referral-reward/");
  assert.ok((await page.locator("main a[href*='case-studies/']").count()) > 1);
  await context.close();
});

test("a facet narrows the list, and the address says so", async () => {
  const context = await chrome.newContext();
  const page = await open(context, site.base + "case-studies/");
  await page.waitForSelector("[data-tick]");
  const before = await page.locator("[data-rows] > *").count();
  await page.locator('[data-facet="outcome"] [data-tick]').first().click();
  await page.waitForFunction((before) => document.querySelectorAll("[data-rows] > *").length < before, before);
  await page.waitForURL(/outcome=/);
  const narrowed = await page.locator("[data-rows] > *").count();
  await page.reload();
  await page.waitForFunction((narrowed) => document.querySelectorAll("[data-rows] > *").length === narrowed, narrowed);
  assert.deepEqual(page.trouble, []);
  await context.close();
});

test("the backlog is narrowed in all its views, and the address says to what", async () => {
  const context = await chrome.newContext();
  const page = await open(context, site.base + "ideas/");
  const seen = (where) => page.locator(`${where} [data-keys]:not([hidden])`).count();
  const [cards, rows] = [await seen("#board"), await seen("#table")];
  await page.locator("[data-ideas] select[name=market]").selectOption("market:de");
  await page.waitForFunction(() => document.querySelector("[data-ideas-said]").textContent !== "");
  const [fewer, found] = [await seen("#board"), await seen("#table")];
  assert.ok(fewer < cards && found < rows && found > 0, `${fewer} of ${cards} cards, ${found} of ${rows} rows`);
  const counted = await page.locator(".column h3 .number").allInnerTexts();
  assert.equal(counted.reduce((sum, text) => sum + Number(text), 0), found, "the columns count what was found");
  assert.match(page.url(), /market=de/);
  await page.reload();
  await page.waitForFunction((found) => document.querySelectorAll("#table tr[data-keys]:not([hidden])").length === found, found);
  assert.deepEqual(page.trouble, []);
  await context.close();
});

test("the switch between light and dark is remembered", async () => {
  const context = await chrome.newContext({ colorScheme: "light" });
  const page = await open(context, site.base);
  const colour = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await colour();
  await page.locator("[data-theme-switch]").click();
  await page.locator("[data-theme-switch]").click();
  assert.notEqual(await colour(), light);
  await page.reload();
  await page.waitForFunction((light) => getComputedStyle(document.documentElement).backgroundColor !== light, light);
  await context.close();
});

test("every link of the site leads somewhere, below a sub-path too", async () => {
  const below = await serve(build(), "/teams/hub/");
  const context = await chrome.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const seen = new Set(), broken = [];
  for (const start of PAGES.filter((path) => path !== "404.html")) {
    await page.goto(below.base + start);
    const links = await page.evaluate(() => [...document.querySelectorAll("a[href], link[href], script[src], img[src]")].map((part) => new URL(part.getAttribute("href") ?? part.getAttribute("src"), document.baseURI).href).filter((address) => address.startsWith(location.origin)).map((address) => address.split("#")[0]));
    for (const link of new Set(links)) {
      if (seen.has(link)) continue;
      seen.add(link);
      const answer = await context.request.head(link);
      if (!answer.ok()) broken.push(`${start} -> ${link.replace(below.base, "")}`);
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(seen.size > 100, `${seen.size} links looked at`);
  await context.close();
  await below.close();
});
