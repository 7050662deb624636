// Passing a record on: copied as a link or as text, and printed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { buildSite, launchBrowser, openPage, serveFolder } from "./support.mjs";
import { countInk } from "./pdf.mjs";

const STUDY = "case-studies/br/unboxing-drop/";
const ADDRESS = `https://casebook.example/${STUDY}`;
/** One page of each kind, and the most sheets that it may take; lists take as many as they have rows. */
const PRINTED = [
  ["", 3], [STUDY, 2], ["case-studies/no/newsletter-send-hour/", 2], ["ideas/calmer-checkout/", 2], ["playbooks/guided-choice-short-quiz/", 2], ["search/", 1],
  ["coverage/", 2], ["coverage/channels/", 2], ["markets/", 2], ["markets/br/", 3], ["tactics/", 2], ["tactics/referral-reward/", 3], ["groups/latam/", 9], ["channels/email/", 9], ["case-studies/", 9],
  ["ideas/", 20], ["playbooks/", 3], ["lineage/", 9], ["reuse/", 15], ["proposals/", 9], ["metrics/", 9], ["speed/", 5], ["desk/", 9], ["similar/", 12], ["similar/how/", 3], ["how-to-write/", 4], ["about/", 4],
  ["404.html", 1], ["offline.html", 1],
];

let site, browser;
before(async () => {
  site = await serveFolder(buildSite());
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await site.close();
});

/** A study in a browser that lets pages write the clipboard, or does not; what was written is in `window.copied`. */
async function openStudy(mayCopy, options = {}) {
  const context = await browser.newContext(options);
  await context.addInitScript((mayCopy) => {
    const writeText = async (text) => {
      if (!mayCopy) throw new DOMException("refused", "NotAllowedError");
      window.copied = text;
    };
    Object.defineProperty(navigator, "clipboard", { value: { writeText } });
  }, mayCopy);
  return openPage(context, `${site.base}${STUDY}?from=search#results`);
}

test("a study is copied as a link and as text, by keyboard, and a status says so", async () => {
  const page = await openStudy(true);
  const status = page.locator(".pass-on [role=status]");
  await page.getByRole("button", { name: "Copy link" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("The link is copied.").waitFor();
  assert.equal(await page.evaluate(() => window.copied), ADDRESS);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("The text is copied.").waitFor();
  const lines = (await page.evaluate(() => window.copied)).split("\n");
  assert.equal(lines[0], await page.locator("h1").textContent());
  assert.match(lines[1], /^Won: −14\.2% CPA \(95% CI /);
  assert.match(lines[2], /^Grade A/);
  assert.equal(lines[3], "Markets: Brazil");
  assert.equal(lines.at(-1), ADDRESS);
  assert.equal(await status.count(), 1);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("where copying is refused the text is shown, selected, and said to be", async () => {
  const page = await openStudy(false, { viewport: { width: 390, height: 844 } });
  await page.getByRole("button", { name: "Copy as text" }).click();
  await page.getByText("press Ctrl C").waitFor();
  const field = page.getByRole("textbox", { name: "Text to copy" });
  assert.match(await field.inputValue(), new RegExp(`${ADDRESS}$`));
  assert.ok(await field.evaluate((node) => node === document.activeElement && node.selectionEnd - node.selectionStart === node.value.length));
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `the page is ${width} pixels wide`);
  await page.getByRole("button", { name: "Copy link" }).click();
  assert.equal(await page.locator(".pass-on textarea").count(), 1, "one field at a time");
  await page.context().close();
});

test("the print button prints, and without scripts there are no buttons", async () => {
  const page = await openStudy(true);
  await page.evaluate(() => (window.print = () => (window.printed = true)));
  await page.getByRole("button", { name: "Print" }).click();
  assert.ok(await page.evaluate(() => window.printed));
  await page.context().close();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(site.base + STUDY);
  assert.equal(await plain.locator(".pass-on").isVisible(), false);
  await context.close();
});

test("no sheet is blank, and a study, an idea or a playbook takes two at most", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const [path, maxSheets] of PRINTED) {
    await page.goto(site.base + path);
    const sheets = countInk(await page.pdf({ format: "A4", preferCSSPageSize: true }));
    assert.ok(sheets.length <= maxSheets, `/${path} takes ${sheets.length} sheets`);
    // A sheet with less than a line of text is blank to a reader.
    assert.ok(sheets.every((pieces) => pieces > 40), `/${path} has a blank sheet: ${sheets}`);
  }
  await context.close();
});

test("a printed study says where it comes from, and has no controls", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(site.base + STUDY);
  await page.emulateMedia({ media: "print" });
  const notes = page.locator(".print-notes");
  assert.ok(await notes.isVisible());
  for (const part of ["Marketing Experiment Hub", ADDRESS, "Built on 22 Nov 2026", "Owner: "]) assert.ok((await notes.textContent()).includes(part), part);
  assert.match(await notes.textContent(), /Verified|Not verified yet/);
  const controls = await page.evaluate(() => [...document.querySelectorAll("nav, button, header.header, footer.footer")].filter((node) => node.checkVisibility()).map((node) => node.outerHTML.slice(0, 80)));
  assert.deepEqual(controls, []);
  await context.close();
});

test("the colour around the page follows the chosen theme", async () => {
  const context = await browser.newContext({ colorScheme: "light" });
  const page = await openPage(context, site.base);
  const shown = () => page.evaluate(() => [...document.querySelectorAll("meta[name=theme-color]")].find((meta) => matchMedia(meta.media).matches)?.content);
  assert.equal(await shown(), "#ffffff");
  await page.evaluate(() => localStorage.setItem("theme", "dark"));
  await page.reload();
  assert.equal(await shown(), "#131416");
  await context.close();
});
