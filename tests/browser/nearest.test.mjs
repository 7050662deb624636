// The nearest experiments beside the form: the first five are those of `casebook similar` on the same text, each family stands there once,
// and nothing but the one file is loaded for it; in a large hub also the words of the draft.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildSite, launchBrowser, openPage, repository, serveFolder, writeHub } from "./support.mjs";

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
function askCommandLine({ title, hypothesis, tactics, channels }, root = repository) {
  const lines = [`title: ${JSON.stringify(title)}`, hypothesis && `hypothesis: ${JSON.stringify(hypothesis)}`, `tactics: ${JSON.stringify(tactics)}`, `channels: ${JSON.stringify(channels)}`];
  const record = `---\n${lines.filter(Boolean).join("\n")}\n---\n`;
  const output = execFileSync(CASEBOOK, ["similar", "-", "--format", "json", "--root", root], { input: record, encoding: "utf8" });
  return JSON.parse(output).map(({ id }) => id);
}

/** The form, with a title and a hypothesis typed into it and the terms of its address. */
async function openDraft({ title, hypothesis, tactics, channels }, options = {}, base = site.base) {
  const query = new URLSearchParams([...tactics.map((id) => ["tactic", id]), ...channels.map((id) => ["channel", id])]);
  const context = await browser.newContext(options);
  const page = await openPage(context, `${base}write/?${query}`);
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

/** Numbers from 0 to 1 that look random and are the same each time. */
function numbersFrom(seed) {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/** A hub whose texts are too long for one file: studies of words of which a few are frequent and most are rare. */
function writeLargeHub(count) {
  const random = numbersFrom(7);
  const pick = (list) => list[Math.floor(random() ** 2 * list.length)];
  const syllables = ["ba", "con", "de", "fil", "gor", "ha", "jul", "ker", "lo", "mun", "nes", "pra", "qui", "ros", "sta", "tuv", "vel", "wan", "xe", "zin"];
  const words = Array.from({ length: 4000 }, () => Array.from({ length: 2 + Math.floor(random() * 2) }, () => syllables[Math.floor(random() * syllables.length)]).join(""));
  const say = (length) => Array.from({ length }, () => pick(words)).join(" ");
  const study = () => ({ title: say(7), market: "DE", tactic: pick(["referral-reward", "free-shipping", "win-back"]), summary: `${say(14)}.`, body: `${say(160)}.\n\n${say(160)}.` });
  return writeHub(Object.fromEntries(Array.from({ length: count }, (_, at) => [`germany/study-${at}`, study()])));
}

let builtHub = null;

/** The large hub and its site, which are made once. */
function largeHub() {
  if (builtHub) return builtHub;
  const root = writeLargeHub(700);
  return (builtHub = { root, folder: buildSite("--root", root) });
}

test("in a large hub the words of a draft are read from small files, and the list is that of the command line", async () => {
  const { root, folder: large } = largeHub();
  const server = await serveFolder(large);
  const { header } = JSON.parse(readFileSync(join(large, "data", "nearest.json"), "utf8"));
  assert.equal(header.is_complete, false);
  assert.equal(readdirSync(join(large, "data", "nearest")).length, header.word_files.count + 1, "one more, with the scales");
  const all = JSON.parse(readFileSync(join(large, "data", "case-studies.json"), "utf8"));
  const shares = [];
  for (const study of all.filter((_, at) => at % 70 === 0)) {
    const draft = { title: study.title, hypothesis: study.summary, tactics: study.tactics, channels: study.channels };
    const wanted = askCommandLine(draft, root);
    const page = await openDraft(draft, {}, server.base);
    await page.waitForLoadState("networkidle");
    const shown = (await readShown(page)).map((address) => address.replace(/\/$/, ""));
    assert.deepEqual(page.errors, []);
    shares.push(wanted.filter((id) => shown.includes(id)).length / wanted.length);
    await page.context().close();
  }
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  assert.ok(shares.length >= 10 && mean >= LEAST_AGREEMENT, `${mean.toFixed(3)} of ${shares.length} drafts: ${shares}`);
  await server.close();
});

test("a file of words from another build is not read", async () => {
  const { folder: large } = largeHub();
  const { SimilarityModel } = await import("../../themes/atlas/scripts/similarity.js");
  const file = JSON.parse(readFileSync(join(large, "data", "nearest.json"), "utf8"));
  const model = new SimilarityModel(file.header, Buffer.from(file.model, "base64"));
  const [study] = JSON.parse(readFileSync(join(large, "data", "case-studies.json"), "utf8"));
  const draft = { title: study.title, tactics: study.tactics, channels: study.channels };
  const [number, ...others] = model.findMissingFiles(draft, 48);
  assert.ok(others.length > 0);
  const bytes = new Uint8Array(readFileSync(join(large, "data", "nearest", `${number}.bin`)));
  model.addWordFile(number, bytes.map((byte, at) => (at ? byte : byte ^ 1)));
  assert.ok(model.findMissingFiles(draft, 48).includes(number));
  model.addWordFile(number, bytes);
  assert.ok(!model.findMissingFiles(draft, 48).includes(number));
});
