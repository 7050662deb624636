// Every language of the interface: the sample hub in it has no errors under the policy, fits 320 pixels, and writes figures and months
// as the language does, in pages and in scripts alike. Arabic, which runs from right to left, is checked with axe too.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildSite, launchBrowser, openPage, repository, serveFolder } from "./support.mjs";

const LANGUAGES = readdirSync(join(repository, "themes", "atlas", "languages")).filter((file) => file.endsWith(".toml")).map((file) => file.replace(".toml", ""));
const STUDY = "case-studies/br/unboxing-drop/";
const PAGES = ["", "case-studies/", STUDY, "running/", "coverage/", "desk/", "search/?q=referral"];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let browser;
const sites = new Map();
before(async () => {
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  for (const site of sites.values()) await site.close();
});

/** Builds the sample hub in a language and serves it, once for each language. */
async function siteIn(language) {
  if (!sites.has(language)) {
    const root = join(mkdtempSync(join(tmpdir(), "casebook-")), "hub");
    for (const name of ["content", "themes"]) cpSync(join(repository, name), join(root, name), { recursive: true });
    const settings = readFileSync(join(repository, "site.toml"), "utf8").replace(/^language = .*$/m, `language = "${language}"`).replace("cards = true", "cards = false");
    writeFileSync(join(root, "site.toml"), settings);
    sites.set(language, await serveFolder(buildSite("--root", root)));
  }
  return sites.get(language);
}

/** A text without marks of direction, with plain spaces and one kind of minus sign. */
const plain = (text) => text.replace(/[\u061c\u200e\u200f\u2066-\u2069]/g, "").replace(/[\u00a0\u202f]/g, " ").replace("-", "−");

for (const language of LANGUAGES) {
  test(`the hub in ${language} has no errors, fits 320 pixels and says which way it runs`, async () => {
    const site = await siteIn(language);
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
    for (const path of PAGES) {
      const page = await openPage(context, site.base + path);
      if (path.includes("?q=")) await page.waitForSelector("[data-search-results][aria-busy=false] .row");
      assert.deepEqual(page.errors, [], `errors of /${path}`);
      const found = await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir, document.documentElement.scrollWidth]);
      assert.deepEqual(found.slice(0, 2), [language, language === "ar" ? "rtl" : "ltr"]);
      assert.ok(found[2] <= 320, `/${path} is ${found[2]} pixels wide in a window of 320`);
      await page.close();
    }
    await context.close();
  });

  test(`pages and scripts in ${language} write figures and months as the language does`, async () => {
    const context = await browser.newContext();
    const page = await openPage(context, (await siteIn(language)).base + STUDY);
    const shown = await page.evaluate(async () => {
      const main = document.querySelector("script[type=module][src]").src;
      const site = await import(new URL("site.js", main).href);
      const months = Array.from({ length: 12 }, (_, month) => site.formatMonth(2025, month + 1));
      return { change: document.querySelector(".primary-value b").textContent, change_by_script: site.formatSignedPercent(-14.2), numbers: [7, 1234, 12345, 1358000].map((value) => site.formatNumber(value)), months, built: document.querySelector(".footer").textContent, size: document.querySelector(".brief").textContent };
    });
    const digits = { numberingSystem: "latn" };
    const integers = new Intl.NumberFormat(language, digits);
    const percent = new Intl.NumberFormat(language, { ...digits, style: "percent", minimumFractionDigits: 1 });
    const monthName = (month) => new Intl.DateTimeFormat(language, { month: "short", timeZone: "UTC" }).format(Date.UTC(2025, month, 15)).replace(".", "");
    assert.equal(plain(shown.change), plain(percent.format(-0.142)), "the change of the study");
    assert.equal(shown.change_by_script, shown.change, "the same change by a script");
    assert.deepEqual(shown.numbers.map(plain), [7, 1234, 12345, 1358000].map((value) => plain(integers.format(value))), "numbers by scripts");
    assert.ok(plain(shown.size).includes(plain(integers.format(418000))), `the sample size in ${shown.size}`);
    shown.months.forEach((text, month) => {
      const name = monthName(month);
      // English of Britain has "Sept", as a few style guides; the pages have three letters.
      assert.ok(text.includes(name) || text.includes(name.slice(0, 3)), `${text} has ${name}`);
      assert.match(text, /2025/);
    });
    assert.ok(/22/.test(shown.built) && shown.built.includes(monthName(10).slice(0, 3)), `the build date in ${shown.built}`);
    assert.deepEqual(page.errors, []);
    await context.close();
  });
}

test("in Arabic, headings and figures stand at the right, charts run from left to right, and no quotation is turned round", async () => {
  const site = await siteIn("ar");
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const right = (page, part) => page.locator(part).first().evaluate((element) => Math.round(element.getBoundingClientRect().right));
  const idea = await openPage(context, site.base + "ideas/calmer-checkout/");
  assert.equal(await right(idea, "h1"), await right(idea, ".case-head .crumbs"), "a German title begins where the page begins");
  const reuse = await openPage(context, site.base + "reuse/");
  assert.equal(await reuse.locator(".path b").first().evaluate((figure) => getComputedStyle(figure).textAlign), "right");
  const study = await openPage(context, site.base + STUDY);
  for (const chart of [".chart", ".interval"]) assert.equal(await study.locator(chart).first().evaluate((chart) => getComputedStyle(chart).direction), "ltr");
  const facts = await study.locator(".brief dd").allTextContents();
  assert.ok(facts.some((fact) => fact.includes("، ")) && !facts.some((fact) => /[\u0600-\u06ff],/.test(fact)), `Arabic commas: ${facts}`);
  const running = await openPage(context, site.base + "running/");
  assert.ok((await running.locator("main").textContent()).includes("«\u2068"), "a title in quotation marks has its own direction");
  await context.close();
});

test("in Arabic, home, list and a study have no violation, wide and narrow", async () => {
  const site = await siteIn("ar");
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const found = {};
  for (const [width, colorScheme] of [[1280, "light"], [320, "dark"]]) {
    // The content security policy would block axe itself.
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    await context.addInitScript(axe);
    const page = await context.newPage();
    for (const path of ["", "case-studies/", STUDY]) {
      await page.goto(site.base + path);
      const { violations } = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }), RULES);
      if (violations.length) found[`${width} ${path}`] = violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => `${id}: ${node.target.join(" ")}`));
    }
    await context.close();
  }
  assert.deepEqual(found, {});
});
