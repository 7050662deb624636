// The nearest experiments beside the form: the first five are those of `casebook similar` on the same text, each family stands there once,
// and nothing but the one file is loaded for it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildSite, launchBrowser, openPage, repository, serveFolder } from "./support.mjs";

const CASEBOOK = process.env.CASEBOOK ?? join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "debug", "casebook");
/** How many of the first five must be those of the command line, on average. */
const LEAST_AGREEMENT = 0.8;
let folder, site, browser, studies;

before(async () => {
  folder = buildSite();
  site = await serveFolder(folder);
  browser = await launchBrowser();
  studies = JSON.parse(readFileSync(join(folder, "data", "case-studies.json"), "utf8"));
});
after(async () => {
  await browser.close();
  await site.close();
});

/** The ids of the five case studies that the command line finds for a draft. */
function askCommandLine({ title, hypothesis, tactics, channels }) {
  const lines = [`title: ${JSON.stringify(title)}`, hypothesis && `hypothesis: ${JSON.stringify(hypothesis)}`, `tactics: ${JSON.stringify(tactics)}`, `channels: ${JSON.stringify(channels)}`];
  const record = `---\n${lines.filter(Boolean).join("\n")}\n---\n`;
  const output = execFileSync(CASEBOOK, ["similar", "-", "--format", "json", "--root", repository], { input: record, encoding: "utf8" });
  return JSON.parse(output).map(({ id }) => id);
}

/** The form, with a title and a hypothesis typed into it and the terms of its address. */
async function openDraft({ title, hypothesis, tactics, channels }, options = {}) {
  const query = new URLSearchParams([...tactics.map((id) => ["tactic", id]), ...channels.map((id) => ["channel", id])]);
  const context = await browser.newContext(options);
  const page = await openPage(context, `${site.base}write/?${query}`);
  await page.waitForSelector("[data-text]", { state: "attached" });
  await page.locator('.write-form [data-field="title"]').fill(title);
  if (hypothesis) await page.locator('.write-form [data-field="hypothesis"]').fill(hypothesis);
  return page;
}

/** The addresses of the studies shown once the list stands still. */
async function readShown(page) {
  const read = () => page.locator("[data-nearest] > .rows > [data-studies]").evaluateAll((rows) => rows.flatMap((row) => row.dataset.studies.split(" ")));
  await page.waitForSelector("[data-nearest] [data-studies]");
  await page.waitForTimeout(400);
  return read();
}

test("at least four of the first five are those of the command line", async () => {
  const shares = [];
  for (const study of studies.filter((_, at) => at % 4 === 0)) {
    const draft = { title: study.title, hypothesis: study.hypothesis, tactics: study.tactics.slice(0, 1), channels: study.channels.slice(0, 1) };
    const wanted = askCommandLine(draft);
    const page = await openDraft(draft);
    const shown = (await readShown(page)).map((address) => address.replace(/\/$/, ""));
    assert.deepEqual(page.errors, []);
    shares.push(wanted.filter((id) => shown.includes(id)).length / wanted.length);
    await page.context().close();
  }
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  assert.ok(shares.length >= 10 && mean >= LEAST_AGREEMENT, `${mean.toFixed(3)} of ${shares.length} drafts: ${shares}`);
});

test("the list needs one small file, and no search engine", async () => {
  const [study] = studies;
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url().slice(site.base.length)));
  await page.goto(`${site.base}write/`, { waitUntil: "load" });
  await page.locator('.write-form [data-field="title"]').fill(study.title);
  await readShown(page);
  assert.ok(asked.includes("data/nearest.json"));
  assert.deepEqual(asked.filter((path) => path.startsWith("search/")), []);
  const bytes = gzipSync(readFileSync(join(folder, "data", "nearest.json"))).length;
  assert.ok(bytes <= 150_000, `${bytes} bytes`);
  await context.close();
});

test("a family stands there once, with its members behind it", async () => {
  const [family] = JSON.parse(readFileSync(join(folder, "data", "families.json"), "utf8"));
  const member = studies.find(({ id }) => id === family.members[0]);
  const page = await openDraft({ title: member.title, hypothesis: member.hypothesis, tactics: member.tactics, channels: member.channels });
  await readShown(page);
  const details = page.locator("[data-nearest] > .rows > [data-studies] details");
  const rows = await details.first().locator(".row").count();
  assert.equal(rows, family.members.length);
  assert.match(await details.first().locator("summary").textContent(), new RegExp(`^${family.markets.length} markets? ran this experiment$`));
  await details.first().locator("summary").press("Enter");
  assert.ok(await details.first().locator(".row").first().isVisible());
  await page.context().close();
});

test("an empty draft shows nothing, and a deleted title takes the list away", async () => {
  const page = await openDraft({ title: studies[0].title, hypothesis: "", tactics: [], channels: [] });
  await readShown(page);
  await page.locator('.write-form [data-field="title"]').fill("");
  await page.waitForFunction(() => document.querySelector("[data-nearest]").childElementCount === 0);
  await page.context().close();
});
