// Checks every kind of page with axe for WCAG 2.2 AA and its best practices: wide and light, narrow and dark.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { buildSite, launchBrowser, serveFolder } from "./support.mjs";

const PAGES = ["", "case-studies/", "case-studies/br/unboxing-drop/", "case-studies/ng/market-day-sampling/", "markets/", "markets/br/", "similar/", "similar/how/", "ideas/", "ideas/calmer-checkout/", "proposals/ar/", "coverage/channels/", "lineage/", "reuse/", "desk/", "metrics/", "speed/", "playbooks/", "playbooks/micro-creators-before-studio/", "search/?q=referral", "how-to-write/", "write/", "404.html"];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site, browser;
before(async () => {
  site = await serveFolder(buildSite());
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await site.close();
});

/** The violations that axe finds on a page, one line each. */
async function findViolations(page) {
  // Collapsed parts and hidden views are checked too.
  await page.evaluate(() => {
    document.querySelectorAll("main details").forEach((element) => (element.open = true));
    document.querySelectorAll("[data-view]").forEach((view) => (view.hidden = false));
  });
  const { violations } = await page.evaluate((rules) => axe.run(document, { runOnly: rules, resultTypes: ["violations"] }), RULES);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.any[0]?.message ?? node.html.slice(0, 120)}`));
}

describe("no page has a violation", { concurrency: true }, () => {
  for (const [name, width, colorScheme] of [["wide and light", 1440, "light"], ["narrow and dark", 320, "dark"]]) {
    test(name, async () => {
      // The content security policy would block axe itself; the other tests check that the site complies with it.
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
      await context.addInitScript(AXE);
      const page = await context.newPage();
      const violations = {};
      for (const path of PAGES) {
        await page.goto(site.base + path);
        if (path.startsWith("search/")) await page.waitForSelector("[data-search-results] a");
        const messages = await findViolations(page);
        if (messages.length) violations[path] = messages.slice(0, 5);
      }
      assert.deepEqual(violations, {});
      await context.close();
    });
  }
});
