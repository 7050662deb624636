// The curator's list: every owner and market in its filters leads to all of their tasks, and every task to the place where it is settled.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSite, launchBrowser, openPage, serveFolder } from "./support.mjs";

let folder, site, browser, file;
before(async () => {
  folder = buildSite();
  file = JSON.parse(readFileSync(join(folder, "data", "duties.json"), "utf8"));
  site = await serveFolder(folder);
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await site.close();
});

/** The first text of each row that is shown, by kind of task. */
const shownRows = (page) =>
  page.evaluate(() => Object.fromEntries([...document.querySelectorAll("[data-duty]:not([hidden])")].map((section) => [section.dataset.duty, [...section.querySelectorAll(".duty-row")].map((row) => row.querySelector(".duty-about > *").textContent)])));

/** What the file says should be shown. */
const wantedRows = (matches) => Object.fromEntries(Object.entries(file.rows).map(([kind, rows]) => [kind, rows.filter(matches).map((row) => row.a[0][1])]).filter(([, rows]) => rows.length));

const filters = {
  owner: (value) => (row) => (row.o?.map(([, label]) => label) ?? [file.texts.hub]).includes(value),
  market: (value) => (row) => (row.m ?? "").split(" ").includes(value),
};

for (const name of ["owner", "market"]) {
  test(`each ${name} in the filter of the desk leads to all of its tasks`, async () => {
    const context = await browser.newContext();
    const page = await openPage(context, site.base + "desk/");
    const select = page.locator(`[data-desk-${name}]`);
    const options = await select.locator("option").evaluateAll((options) => options.map((option) => [option.value, option.textContent]));
    assert.ok(options.length > 10, `${options.length}`);
    const all = await shownRows(page);
    for (const [value, label] of options.slice(1)) {
      await select.selectOption(value);
      const wanted = wantedRows(filters[name](value));
      const total = Object.values(wanted).flat().length;
      assert.ok(total > 0, `${label} leads to nothing`);
      assert.ok(label.endsWith(`(${total})`), `${label}: ${total}`);
      await page.waitForFunction((total) => document.querySelector("[data-desk-found]").textContent.startsWith(`${total} `), total);
      assert.deepEqual(await shownRows(page), wanted, label);
      const counts = await page.locator("[data-desk-index] .number").allTextContents();
      assert.equal(counts.reduce((sum, count) => sum + Number(count), 0), total, "the numbers above the list count what is shown");
    }
    await select.selectOption("");
    await page.waitForFunction(() => document.querySelector("[data-desk-found]").textContent === "");
    assert.deepEqual(await shownRows(page), all, "without a filter the page is as it was");
    assert.deepEqual(page.errors, []);
    await context.close();
  });
}

test("both filters together, in the address, and in the list of one kind", async () => {
  const context = await browser.newContext();
  const [kind, row] = Object.entries(file.rows).filter(([, rows]) => rows.length > 10).map(([kind, rows]) => [kind, rows[rows.length - 1]])[0];
  const [owner, market] = [row.o?.[0][1] ?? file.texts.hub, row.m.split(" ")[0]];
  const query = `?owner=${encodeURIComponent(owner)}&market=${market}`;
  const wanted = wantedRows((row) => filters.owner(owner)(row) && filters.market(market)(row));
  for (const [path, shown] of [["desk/", wanted], [`desk/${kind}/`, { [kind]: wanted[kind] }]]) {
    const page = await openPage(context, site.base + path + query);
    await page.waitForFunction(() => document.querySelector("[data-desk-found]").textContent);
    assert.deepEqual(await shownRows(page), shown, path);
    await page.locator("[data-desk-owner]").selectOption("");
    await page.waitForURL((url) => !url.searchParams.has("owner") && url.searchParams.get("market") === market);
    assert.deepEqual(page.errors, []);
  }
  await context.close();
});

test("a row that the script builds is the row of the page", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, site.base + "desk/");
  // Rows by what they are about; two addresses of one page are the same, and white space between elements says nothing.
  const collect = () =>
    page.evaluate(() => {
      const simplify = (row) => {
        const copy = row.cloneNode(true);
        for (const link of copy.querySelectorAll("[href]")) link.setAttribute("href", link.href);
        for (const icon of copy.querySelectorAll("svg")) icon.replaceChildren();
        for (const data of copy.querySelectorAll("[data-copy]")) data.setAttribute("data-copy", "");
        const describe = (node) => (node.nodeType === 3 ? node.data.replace(/\s+/g, " ") : `<${node.localName}${[...node.attributes].filter(({ name }) => !["xmlns", "aria-hidden", "focusable", "viewBox"].includes(name) || node.localName !== "svg").map(({ name, value }) => ` ${name}="${value}"`).sort().join("")}>${[...node.childNodes].map(describe).filter((part) => part.trim()).join("")}`);
        return describe(copy);
      };
      return Object.fromEntries([...document.querySelectorAll("[data-duty]")].flatMap((section) => [...section.querySelectorAll(".duty-row")].map((row) => [`${section.dataset.duty} ${row.querySelector(".duty-about > *").textContent} ${row.querySelector(".duty-owner").textContent.trim()}`, simplify(row)])));
    });
  const built = await collect();
  let compared = 0;
  const owners = await page.locator("[data-desk-owner] option").evaluateAll((options) => options.map((option) => option.value).filter(Boolean));
  for (const owner of owners) {
    await page.locator("[data-desk-owner]").selectOption(owner);
    await page.waitForFunction((owner) => [...document.querySelectorAll("[data-duty]:not([hidden]) .duty-owner")].every((cell) => cell.textContent.includes(owner)) && document.querySelector("[data-desk-found]").textContent, owner);
    for (const [key, row] of Object.entries(await collect())) {
      if (!built[key]) continue;
      assert.equal(row, built[key]);
      compared += 1;
    }
  }
  assert.ok(compared >= Object.keys(built).length, `${compared} of ${Object.keys(built).length}`);
  await context.close();
});

test("each possible duplicate leads to its place, opened, with lines, form and command", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, site.base + "desk/open-pair/");
  const links = await page.locator(".duty-act a").evaluateAll((links) => links.map((link) => link.href));
  assert.equal(links.length, file.rows["open-pair"].length);
  for (const link of links) {
    const place = await openPage(context, link);
    await place.waitForSelector(".pair:target .disclose[open] > .answers");
    const target = place.locator(".pair:target");
    assert.ok((await target.evaluate((card) => card.getBoundingClientRect().top)) < 400, link);
    const commands = (await target.locator("code").allTextContents()).filter((text) => text.startsWith("casebook answer "));
    assert.ok(commands.length >= 2, `${commands}`);
    assert.ok((await target.locator('a[href*="/edit/main/content/case-studies/"]').count()) >= 2, link);
    await place.close();
  }
  await context.close();
});

test("without scripts every task has a link, and what resolves a pair is shown where the address names it", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await openPage(context, site.base + "desk/");
  assert.equal(await page.locator("[data-desk]").isVisible(), false);
  for (const [kind, rows] of Object.entries(file.rows)) {
    const list = await openPage(context, site.base + (rows.length > 10 ? `desk/${kind}/` : "desk/"));
    assert.equal(await list.locator(`[data-duty="${kind}"] .duty-act a`).count(), rows.length, kind);
    await list.close();
  }
  await page.goto(site.base + file.rows["open-pair"][0].l[0]);
  assert.ok(await page.locator(".pair:target .answers").isVisible());
  await context.close();
});

test("a desk whose list cannot be loaded says so and keeps its rows", async () => {
  const broken = await serveFolder(folder, "/", 0, (path, found) => (path === "data/duties.json" ? null : found));
  const context = await browser.newContext();
  const page = await openPage(context, broken.base + "desk/");
  const all = await shownRows(page);
  await page.locator("[data-desk-market]").selectOption({ index: 1 });
  await page.waitForFunction(() => document.querySelector("[data-desk-found]").textContent);
  assert.deepEqual(await shownRows(page), all);
  await context.close();
  await broken.close();
});
