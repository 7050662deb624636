// Twelve tasks that readers and the hub team come for, each done from the home page by clicks and typing alone, in a wide window
// and on a phone; the log ends with a table of the clicks and the time that each took.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { buildSite, launchBrowser, openPage, serveFolder } from "./support.mjs";

const WINDOWS = {
  wide: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};
/** The studies that search has found, once all rows are there. */
const FOUND = "[data-search-results][aria-busy=false][data-rows=complete] .row:has(.row-title a[href*='case-studies/'])";

let site, browser;
/** `{clicks, milliseconds}` by task and window. */
const measured = {};
before(async () => {
  site = await serveFolder(buildSite());
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await site.close();
  console.log("# task | wide clicks/ms | phone clicks/ms");
  for (const [task, windows] of Object.entries(measured)) console.log(`# ${task} | ${Object.keys(WINDOWS).map((name) => (windows[name] ? `${windows[name].clicks}/${windows[name].milliseconds}` : "failed")).join(" | ")}`);
});

/** Somebody in front of the site, who sees a page, clicks and types; counts the clicks. */
class Person {
  clicks = 0;

  constructor(page) {
    this.page = page;
  }

  async click(target) {
    const locator = typeof target === "string" ? this.page.locator(target).first() : target;
    await locator.click({ timeout: 5000 });
    this.clicks += 1;
  }

  /** Types into the search box of the home page and presses Enter. */
  async search(words) {
    await this.click("#ask");
    await this.page.keyboard.type(words, { delay: 5 });
    await this.page.keyboard.press("Enter");
    await this.page.waitForSelector(FOUND);
  }

  /** Follows an item of the menu, which a phone folds behind a button. */
  async followMenu(address) {
    if (await this.page.locator(".menu-button").isVisible()) await this.click(".menu-button");
    await this.click(`.nav a[href$="${address}"]`);
    await this.page.waitForURL(`**/${address}`);
  }

  /** Chooses in a list of options: a click opens it, another chooses. */
  async choose(select, option) {
    await this.page.locator(select).selectOption(option);
    this.clicks += 2;
  }

  /** Asserts that an element is on the screen without scrolling. */
  async seesAtOnce(selector) {
    const { top, bottom, height } = await this.page.locator(selector).first().evaluate((element) => ({ ...element.getBoundingClientRect().toJSON(), height: innerHeight }));
    assert.ok(top >= 0 && bottom <= height, `${selector} is at ${top} to ${bottom} of ${height}`);
  }
}

/** The titles of the first three studies found, without their originals. */
const firstTitles = (page) => page.locator(`${FOUND} .row-title`).evaluateAll((titles) => titles.slice(0, 3).map((title) => title.textContent));

/** Does a task in both windows; `most` is the highest number of clicks that each may take. */
function defineTask(name, most, perform) {
  for (const [window, options] of Object.entries(WINDOWS)) {
    test(`${name}, ${window}`, async () => {
      const context = await browser.newContext({ ...options, permissions: ["clipboard-read", "clipboard-write"] });
      const page = await openPage(context, site.base);
      const person = new Person(page);
      const start = performance.now();
      await perform(person, page, window);
      const milliseconds = Math.round(performance.now() - start);
      assert.ok(person.clicks <= most[window], `${person.clicks} clicks, at most ${most[window]}`);
      assert.deepEqual(page.errors, []);
      (measured[name] ??= {})[window] = { clicks: person.clicks, milliseconds };
      await context.close();
    });
  }
}

defineTask("1 three relevant studies by a word with a slip", { wide: 1, phone: 1 }, async (person, page) => {
  await person.search("unboxng creators");
  const facts = await page.locator(`${FOUND} .row-facts`).evaluateAll((facts) => facts.slice(0, 3).map((fact) => fact.textContent));
  assert.ok(facts.length === 3 && facts.every((fact) => /Influencer|User-generated/.test(fact)), facts.join(" / "));
  await person.seesAtOnce(FOUND);
});

for (const [language, words, expected] of [
  ["Portuguese", "frete grátiz", /frete grátis/i],
  ["Japanese", "カート放置", /カート/],
]) {
  defineTask(`2 the same in ${language}`, { wide: 1, phone: 1 }, async (person, page) => {
    await person.search(words);
    const titles = await firstTitles(page);
    assert.ok(expected.test(titles.join(" / ")), titles.join(" / "));
    assert.ok(titles.length === 3, titles.join(" / "));
    await person.seesAtOnce(FOUND);
  });
}

defineTask("3 understand a Japanese study as an English reader", { wide: 3, phone: 3 }, async (person, page) => {
  await person.search("message basket Japan");
  await person.click(page.locator(`${FOUND} a[href*="jp/cart-reminder-message"]`));
  const title = page.locator("h1");
  await title.waitFor();
  assert.match(await title.innerText(), /^One message an hour after the basket/);
  assert.equal(await title.getAttribute("lang"), null, "the gist is in the language of the page");
  await page.waitForSelector("[data-original] details[hidden]", { state: "attached" });
  await person.click(page.getByRole("button", { name: "Japanese" }));
  assert.match(await title.innerText(), /カート放棄/);
  assert.equal(await title.getAttribute("lang"), "ja");
});

defineTask("4 filter the list and trust the first row", { wide: 2, phone: 4 }, async (person, page, window) => {
  await person.click('.home a[href$="case-studies/"]');
  await page.waitForSelector("[data-tick]", { state: "attached" });
  if (window === "phone") await person.click(".filter-button");
  await person.click(page.locator('[data-facet="outcome"] label').filter({ hasText: "Won" }));
  await page.waitForURL(/outcome=won/);
  if (window === "phone") await person.click(".facets-close button");
  const row = page.locator("#_rows .row").first();
  await person.seesAtOnce("#_rows .row");
  assert.equal((await row.locator(".signal").innerText()).trim(), "Won");
  assert.match(await row.locator(".row-effect").innerText(), /%/);
  assert.match(await row.locator(".grade").innerText(), /^[A-D]/);
  const badges = await row.locator(".badge").allInnerTexts();
  assert.ok(badges.some((badge) => /reuse|Local only/.test(badge)) && badges.some((badge) => /erif/.test(badge)), badges.join());
  assert.match(await row.locator(".row-facts").innerText(), /20\d\d/);
});

defineTask("5 whom do I ask?", { wide: 2, phone: 2 }, async (person, page) => {
  await person.click(".home .row-title a");
  const ask = page.locator(".brief-ask a");
  await ask.waitFor();
  assert.match(await ask.innerText(), /^Ask /);
  const address = await ask.getAttribute("href");
  assert.match(address, /^(mailto:|https:)|teams\//, "one click reaches the team");
  const owner = page.locator('.brief a[href*="/teams/"]').first();
  await person.click(owner);
  await page.waitForURL("**/teams/*/");
  assert.ok(await page.locator("main a[href^='mailto:'], main a[href^='https:']").first().isVisible(), "a way to reach the team");
});

defineTask("6 what runs in south-east Asia now", { wide: 3, phone: 4 }, async (person, page) => {
  await person.followMenu("running/");
  await page.waitForSelector("[data-term-filter]");
  const option = await page.locator('select[name="group"] option').evaluateAll((options) => options.find((option) => /Southeast Asia/.test(option.textContent)).value);
  await person.choose('select[name="group"]', option);
  const rows = page.locator("[data-filter-row]").filter({ visible: true });
  assert.ok((await rows.count()) >= 1);
  for (const text of await rows.allInnerTexts()) assert.match(text, /Running|Planned/);
  assert.deepEqual(await page.locator(".timeline-place").filter({ visible: true }).locator("a").allInnerTexts(), ["Indonesia"]);
});

defineTask("7 what is new since last month", { wide: 1, phone: 2 }, async (person, page) => {
  await person.followMenu("new/");
  const months = await page.locator("main h2[id^=month-]").evaluateAll((months) => months.map((month) => month.id));
  assert.deepEqual(months.slice(0, 2), ["month-2026-11", "month-2026-10"]);
  for (const month of months.slice(0, 2)) {
    const links = page.locator(`section[aria-labelledby="${month}"] li a[href]`);
    assert.ok((await links.count()) > 1, month);
  }
  await person.seesAtOnce("main h2[id^=month-]");
});

defineTask("8 settle a pair", { wide: 3, phone: 4 }, async (person, page) => {
  await person.followMenu("desk/");
  const act = page.locator('[data-duty="open-pair"] .duty-act a').nth(2);
  const address = await act.getAttribute("href");
  await person.click(act);
  await page.waitForSelector(":target .disclose[open] .answers");
  assert.ok(page.url().endsWith(address.slice(address.indexOf("#"))));
  const answers = page.locator(":target .answers");
  const command = answers.locator(".copy").filter({ hasText: "casebook answer " }).first();
  await person.click(command.locator("[data-copy]"));
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^casebook answer \S+\+\S+ /);
  assert.equal(copied.trim(), (await command.locator("code").innerText()).trim());
  assert.match(await answers.locator("a").first().getAttribute("href"), /\/edit\/main\/content\/case-studies\//);
});

defineTask("9 approve a study for reuse", { wide: 3, phone: 4 }, async (person, page) => {
  await person.followMenu("desk/");
  const row = page.locator('[data-duty="reuse-waiting"] .duty-row').first();
  const id = /case-studies\/(.+)\/$/.exec(await row.locator(".duty-about a").getAttribute("href"))[1];
  const form = new URL(await row.locator(".duty-act a").getAttribute("href"), page.url());
  assert.deepEqual([form.pathname.endsWith("/write/"), form.searchParams.get("edit"), form.searchParams.get("field")], [true, id, "reuse"]);
  await person.click(row.locator("summary"));
  await person.click(row.locator(".copy [data-copy]").first());
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^reuse: approved/);
  assert.ok((await row.locator("code").allInnerTexts()).some((code) => code.startsWith(`casebook promote ${id} approved`)));
});

defineTask("10 print a study", { wide: 2, phone: 2 }, async (person, page) => {
  await page.addInitScript(() => (window.print = () => (window.isPrinted = true)));
  await person.click(".home .row-title a");
  await page.waitForURL("**/case-studies/*/*/");
  await person.click("[data-print]");
  assert.ok(await page.evaluate(() => window.isPrinted));
  await page.emulateMedia({ media: "print" });
  for (const part of [".header", ".footer", ".nav", ".share", ".contents-fold"]) assert.equal(await page.locator(part).first().isVisible(), false, part);
  const notes = await page.locator(".print-notes").innerText();
  assert.match(notes, /https:\/\/casebook\.example\/case-studies\//);
  assert.match(notes, /Owner: \S/);
  assert.ok(await page.locator("h1").isVisible());
});

defineTask("11 share a link", { wide: 2, phone: 2 }, async (person, page) => {
  await person.click(".home .row-title a");
  await page.waitForURL("**/case-studies/*/*/");
  await person.click("[data-copy-link]");
  await page.getByText("The link is copied.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await page.locator("link[rel=canonical]").getAttribute("href"));
});

defineTask("12 find a gap worth an experiment", { wide: 3, phone: 4 }, async (person, page) => {
  await person.followMenu("coverage/");
  await person.click("td.gap a");
  await page.waitForURL("**/proposals/*/#*");
  const proposal = page.locator(".proposal:target");
  await proposal.waitFor();
  assert.match(await proposal.innerText(), /Strong/);
  await person.click(proposal.locator(".take summary"));
  assert.match(await proposal.locator(".take code").nth(1).innerText(), /^---\ntitle: /);
  assert.match(await proposal.locator(".take-form a").getAttribute("href"), /\/new\//);
});
