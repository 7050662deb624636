// Search as a reader meets it: typing, keys, facets, the address, a sub-path, and what happens without the engine.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, build, open, serve } from "./support.mjs";

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
  await page.waitForSelector("[data-search-results] a");
  assert.match(await page.locator("[data-reading]").innerText(), /unboxing/i);
  await context.close();
});

test("the search page keeps words and facets in the address", async () => {
  const context = await chrome.newContext();
  const page = await open(context, `${site.base}search/?q=referral`);
  await page.waitForSelector("[data-search-results] a");
  const tick = page.locator("[data-search-facets] [data-tick]").first();
  await tick.click();
  await page.waitForFunction(() => location.search.split("&").length > 1);
  const address = page.url();
  const found = await page.locator("[data-search-results] a[href*='case-studies/']").count();
  await page.goto(address);
  await page.waitForSelector("[data-search-results] a");
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

test("without WebAssembly titles still answer, and the page says why", async () => {
  const context = await chrome.newContext();
  await context.addInitScript(() => delete globalThis.WebAssembly);
  await context.route("**/worker*.js", (route) => route.abort());
  const page = await open(context, site.base);
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").pressSequentially("unboxing");
  await page.waitForSelector(hits);
  assert.ok((await page.locator("dialog [role=status]").innerText()).length > 0);
  await context.close();
});
