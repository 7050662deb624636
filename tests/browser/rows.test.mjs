// The row of a case study: the same in a list as built, after sorting and filtering, and in search; its orders, and what is saved of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { buildSite, launchBrowser, openPage, serveFolder } from "./support.mjs";

let site, browser;
before(async () => {
  site = await serveFolder(buildSite());
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await site.close();
});

const ROWS = "[data-rows] > .row";
/** Selector of the search page after the engine has answered and the rows of lists are loaded. */
const COMPLETE = "[data-search-results][aria-busy=false][data-rows=complete]";

/** Rows by the path of their study: elements with classes, attributes and text in their order, without excerpts. */
const describeRows = (rows) => rows.evaluateAll((rows) => {
  const describe = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/[ \t\r\n]+/g, " ");
    if (node.classList.contains("excerpt")) return "";
    const attributes = [...node.attributes].map(({ name, value }) => (name === "href" ? `href=${new URL(value, document.baseURI).pathname}` : name === "class" ? `class=${[...node.classList].join(" ")}` : `${name}=${value}`)).sort();
    return [node.localName, attributes, ...[...node.childNodes].map(describe).filter((child) => child !== "" && child !== " " || node.matches("p"))];
  };
  return Object.fromEntries(rows.map((row) => [new URL(row.querySelector("a").href).pathname, describe(row)]));
});

/** The rows of the list as the generator has written them. */
async function describeBuiltRows() {
  const context = await browser.newContext({ javaScriptEnabled: true });
  const page = await context.newPage();
  await page.route("**/*.js", (route) => route.abort());
  await page.goto(site.base + "case-studies/");
  const rows = await describeRows(page.locator(ROWS));
  await context.close();
  return rows;
}

test("scripts build the row of every study as the template does, in lists and in search", async () => {
  const built = await describeBuiltRows();
  assert.ok(Object.keys(built).length > 50, `${Object.keys(built).length} rows`);
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}case-studies/?sort=grade`);
  await page.waitForFunction(() => document.querySelector("[data-rows] .grade")?.textContent === "A");
  const sorted = await describeRows(page.locator(ROWS));
  assert.deepEqual(Object.keys(sorted).sort(), Object.keys(built).sort());
  for (const path of Object.keys(built)) assert.deepEqual(sorted[path], built[path], `${path} sorted`);
  await page.goto(`${site.base}search/?q=type:case-study&show=1000`);
  await page.waitForSelector(COMPLETE);
  const found = await describeRows(page.locator("[data-search-results] .row"));
  for (const path of Object.keys(built)) assert.deepEqual(found[path], built[path], `${path} in search`);
  const parts = JSON.stringify(built);
  for (const part of ["badge good", "badge attention", "row-range", "interval better", "grade a"]) assert.ok(parts.includes(part), `some row has ${part}`);
  assert.deepEqual(page.errors, []);
  await context.close();
});

test("before the rows of lists are loaded, and without them, a hit shows decisions and verification as the index knows them", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  await context.route("**/data/rows.json", (route) => route.abort());
  const page = await context.newPage();
  await page.goto(`${site.base}search/?q=type:case-study+reuse:retired,superseded,approved&show=1000`);
  await page.waitForSelector("[data-search-results][aria-busy=false][data-rows=indexed]");
  const labels = await page.locator("[data-search-results] .row .badge").allInnerTexts();
  for (const label of ["Approved for reuse", "Verified"]) assert.ok(labels.includes(label), `${label} of ${labels}`);
  assert.ok(labels.some((label) => /Retired|Replaced/.test(label)), labels.join());
  const months = await page.locator("[data-search-results] .row-facts span:last-child").allInnerTexts();
  assert.ok(months.every((month) => /20[12]\d$/.test(month)), months.join());
  await context.close();
});

const RETIRED = /Retired|Replaced by a newer study/;
for (const [description, path, rows, ready] of [
  ["the list", "case-studies/?sort=", "[data-rows] > *", "[data-rows] .row"],
  ["search", "search/?q=type:case-study&show=1000&sort=", "[data-search-results] .rows > *", COMPLETE],
]) {
  test(`in ${description} retired studies come last in every order, and gains are compared within one metric`, async () => {
    const context = await browser.newContext();
    for (const sort of ["date", "grade", "lift"]) {
      const page = await openPage(context, site.base + path + sort);
      await page.waitForSelector(ready);
      if (sort === "lift") await page.waitForSelector(".row-divider");
      await page.waitForTimeout(300);
      const texts = await page.locator(`${rows}.row`).allInnerTexts();
      const isRetired = texts.map((text) => RETIRED.test(text));
      assert.ok(isRetired.includes(true) && isRetired.lastIndexOf(false) < isRetired.indexOf(true), `${sort}: ${isRetired}`);
      if (sort === "date") {
        // The word may be part of a title.
        const signals = await page.locator(`${rows}.row > .signal`).allInnerTexts();
        const isRunning = signals.map((signal) => signal.trim() === "Running");
        assert.ok(isRunning[0] && isRunning.lastIndexOf(true) < isRunning.indexOf(false), "running studies come first");
      }
      await page.close();
    }
    const page = await openPage(context, `${site.base}${path}lift`);
    await page.waitForSelector(".row-divider");
    const compared = () => page.locator(rows).evaluateAll((rows) => rows.slice(0, rows.findIndex((row) => row.className === "row-divider")).map((row) => [row.querySelector(".row-effect").lastChild.data.trim().split(",")[0], Number(row.querySelector("b").textContent.replace("−", "-").replace("%", ""))]));
    const first = await compared();
    assert.equal(new Set(first.map(([metric]) => metric)).size, 1, JSON.stringify(first));
    assert.ok(first.length > 5 && first.every(([, gain], at) => at === 0 || gain <= first[at - 1][1]), JSON.stringify(first));
    const select = page.locator(".list-metric select");
    assert.equal(await select.evaluate((select) => select.selectedOptions[0].textContent), `${first[0][0]} (${first.length})`, "the most frequent metric is named");
    await select.selectOption("cpa");
    await page.waitForURL(/metric=cpa/);
    await page.waitForFunction(() => /CPA/.test(document.querySelector(".rows .row-effect").textContent));
    const costs = await compared();
    assert.ok(costs.length > 1 && costs.every(([metric, change], at) => metric === "CPA" && (at === 0 || change >= costs[at - 1][1])), JSON.stringify(costs));
    await page.reload();
    await page.waitForSelector(".row-divider");
    assert.deepEqual(await compared(), costs, "the address keeps the metric");
    assert.deepEqual(page.errors, []);
    await context.close();
  });
}

test("with scripts the panels of the list count what they count without", async () => {
  const readCounts = (page, values) => page.evaluate((values) => Object.fromEntries([...document.querySelectorAll("[data-facets] details")].map((panel) => [panel.dataset.facet, [...panel.querySelectorAll(values)].map((value) => value.textContent.replace(/\s+/g, " ").trim()).sort().slice(0, 40)])), values);
  const plain = await browser.newContext({ javaScriptEnabled: true });
  const before = await plain.newPage();
  await before.route("**/*.js", (route) => route.abort());
  await before.goto(site.base + "case-studies/");
  const built = await readCounts(before, "li > a");
  const context = await browser.newContext();
  const page = await openPage(context, site.base + "case-studies/");
  await page.waitForSelector("[data-tick]");
  const counted = await readCounts(page, "li > label");
  for (const [facet, values] of Object.entries(built)) for (const value of values) assert.ok(counted[facet].includes(value.replace(/\s*(\d+)$/, "$1")) || counted[facet].includes(value), `${facet}: ${value} in ${counted[facet]}`);
  await plain.close();
  await context.close();
});

test("the keyboard can skip the filters, and a phone shows the first study on the first screen", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  for (const path of ["case-studies/", "search/?q=referral"]) {
    const page = await openPage(context, site.base + path);
    await page.waitForSelector("#_rows a");
    await page.waitForTimeout(500);
    await page.locator(".with-facets .skip").focus();
    assert.ok(await page.locator(".with-facets .skip").evaluate((link) => link.getBoundingClientRect().top >= 0), "it is seen when it has the focus");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.matches("#_rows .row:first-child a")), path);
    await page.close();
  }
  await context.close();
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 } });
  for (const path of ["case-studies/", "case-studies/?sort=lift", "search/?q=referral"]) {
    const page = await openPage(phone, site.base + path);
    await page.waitForSelector("#_rows .row");
    await page.waitForTimeout(500);
    const bottom = await page.locator("#_rows .row").first().evaluate((row) => row.getBoundingClientRect().bottom);
    assert.ok(bottom < 844, `${path}: the first row ends at ${bottom}`);
    await page.close();
  }
  await phone.close();
});

test("the filtered list and a search are saved with interval and sample size", async () => {
  const context = await browser.newContext({ acceptDownloads: true });
  const save = async (path, ready) => {
    const page = await openPage(context, site.base + path);
    await page.waitForSelector(ready);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as CSV" }).click();
    const lines = readFileSync(await (await saved).path(), "utf8").replace("\ufeff", "").split("\r\n");
    const shown = await page.locator(".list-count").innerText();
    assert.deepEqual(page.errors, []);
    await page.close();
    return [lines, Number(/\d+/.exec(shown)[0])];
  };
  const [listed, count] = await save("case-studies/?outcome=won&sort=lift", ".row-divider");
  assert.equal(listed.length - 1, count, "the studies that pass the filter");
  const names = listed[0].replaceAll('"', "").split(",");
  assert.ok(["id", "lift", "ci_low", "ci_high", "sample_size"].every((name) => names.includes(name)), listed[0]);
  const [found] = await save("search/?q=type:case-study+outcome:won", COMPLETE);
  assert.match(found[0], /,start,lift,ci_low,ci_high,sample_size,status,/);
  assert.ok(found.filter((line) => /",-?[\d.]+,-?[\d.]+,-?[\d.]+,\d+,"/.test(line)).length > 5, found.slice(0, 3).join("\n"));
  await context.close();
});
