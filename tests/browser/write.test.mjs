// The form that writes records: what it writes passes `casebook check` and `fmt --check`, by keyboard, on a phone, and after a reload.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { buildSite, launchBrowser, openPage, repository, serveFolder, writeHub } from "./support.mjs";

const CASEBOOK = process.env.CASEBOOK ?? join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "debug", "casebook");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HOST = "https://host.example/team/hub";
let site, browser, hub;

/** A copy of the sample hub that names a git host. */
function copyHub() {
  const folder = join(mkdtempSync(join(tmpdir(), "casebook-")), "hub");
  for (const part of ["content", "themes", "site.toml"]) cpSync(join(repository, part), join(folder, part), { recursive: true });
  const settings = readFileSync(join(folder, "site.toml"), "utf8").replace(/\[repository\][^[]*/, "");
  writeFileSync(join(folder, "site.toml"), `${settings}\n[repository]\nkind = "github"\nurl = "${HOST}"\n`);
  return folder;
}

before(async () => {
  hub = copyHub();
  site = await serveFolder(buildSite("--root", hub));
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await site.close();
});

const errorsOf = (page) => page.errors;

async function openForm(query = "", options = {}) {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], ...options });
  const page = await openPage(context, `${site.base}write/${query}`);
  await page.waitForSelector("[data-text]", { state: "attached" });
  return page;
}

/** Waits until the text holds a part, and returns the whole. */
async function textWith(page, part) {
  await page.waitForFunction((part) => document.querySelector("[data-text]")?.textContent.includes(part), part);
  return page.locator("[data-text]").textContent();
}

const field = (page, name) => page.locator(`.write-form [data-field="${name}"]`).first();

/** Writes a text into a new copy of the hub and returns what `check` and `fmt --check` say about it; both must pass. */
function checkFile(path, text) {
  const folder = copyHub();
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const git = (...words) => execFileSync("git", ["-C", folder, ...words], { stdio: "pipe" });
  const bare = join(dirname(folder), "bare.git");
  execFileSync("git", ["init", "--quiet", "--bare", bare]);
  git("init", "--quiet", "-b", "main");
  git("add", ".");
  git("-c", "user.name=Test team", "-c", "user.email=team@hub.example", "commit", "--quiet", "-m", "Add a case study");
  git("push", "--quiet", bare, "main");
  const clone = join(dirname(folder), "clone");
  execFileSync("git", ["clone", "--quiet", "-b", "main", bare, clone], { stdio: "pipe" });
  const run = (...words) => execFileSync(CASEBOOK, words, { cwd: clone, encoding: "utf8", stdio: "pipe" });
  run("check", "--root", clone);
  run("fmt", "--root", clone, "--check", path);
}

test("a case study typed with hostile texts passes the checks, from a bare repository", async () => {
  for (const [number, title] of ["Reward: \"both\" #1 - it's 100 % 🎉", "- no", "2026-03-02", "007", "yes", "a # b: c", "'quoted' \\ back", "[flow, {map}]"].entries()) {
    const page = await openForm();
    await field(page, "title").fill(title);
    await field(page, "markets").fill("norge");
    await field(page, "markets").press("Enter");
    await field(page, "channels").fill("email");
    await field(page, "channels").press("Enter");
    await field(page, "tactics").fill("referral");
    await field(page, "tactics").press("ArrowDown");
    await field(page, "tactics").press("Enter");
    await field(page, "start").fill("2026-12-0" + (number + 1));
    await field(page, "hypothesis").fill(`If we do this: ${title}, for people who never came back to the shop after their first order, then orders rise by 5 %, because it is simpler.`);
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
    await field(page, "owner").fill("Growth team: Nordics #2");
    await field(page, "fixed").fill("- the reward\nno\n12:30");
    await field(page, "flexible").fill("one, two\nthree: four");
    await field(page, "summary").fill("First line: it's so\n\n# second\nthird");
    await page.locator("[data-body]").first().fill("Nobody came back.\n\n- one\n- two");
    const text = await textWith(page, "## Challenge\n\nNobody came back.");
    const path = await page.locator("[data-path]").textContent();
    assert.match(path, /^content\/case-studies\/no\/[^/]+\.md$/);
    const address = new URL(await page.locator('[data-take="host"]').getAttribute("href"));
    assert.equal(address.origin + address.pathname, `${HOST}/new/main`);
    assert.equal(address.searchParams.get("filename"), path);
    assert.equal(address.searchParams.get("value"), text);
    await page.click('[data-take="copy"]');
    await page.waitForFunction(() => /copied/.test(document.querySelector(".write-out + [role=status]").textContent));
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
    checkFile(path, text);
    assert.deepEqual(errorsOf(page), []);
    await page.context().close();
  }
});

test("results from the calculator pass the checks, and a long text is pasted", async () => {
  const page = await openForm("?market=br&tactic=referral-reward");
  await field(page, "title").fill("Reward for both");
  await field(page, "channels").fill("E-mail");
  await field(page, "channels").press("Enter");
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
  await field(page, "method").selectOption("ab-test");
  const [control, variant] = [0, 1].map((arm) => page.locator(".write-arms fieldset").nth(arm).locator("input"));
  await control.nth(0).fill("10000");
  await control.nth(1).fill("400");
  await variant.nth(0).fill("10000");
  await variant.nth(1).fill("480");
  assert.match(await page.locator(".write-result").textContent(), /\+20\.0%.*\+5\.4%.*\+36\.6%/);
  await page.getByRole("button", { name: "Use as the primary result" }).click();
  await field(page, "metric").fill("cvr");
  await field(page, "metric").press("Enter");
  await field(page, "source").fill("Web analytics");
  const text = await textWith(page, "source: Web analytics");
  assert.match(text, /control: 4[\s\S]*variant: 4\.8[\s\S]*lift: 20\b/);
  assert.match(text, /sample_size: 20000/);
  assert.match(await page.locator(".write-calculator").textContent(), /Evidence grade: A/);
  checkFile(await page.locator("[data-path]").textContent(), text);
  await page.locator("[data-body]").first().fill("long ".repeat(2000));
  await textWith(page, "long long");
  const link = page.locator('[data-take="host"]');
  assert.equal(await link.getAttribute("data-filled"), "false");
  assert.ok(!(await link.getAttribute("href")).includes("value="), "the address carries no text");
  await page.context().close();
});

test("the calculator's lift, interval and grade are those of the command line, whichever way the metric improves", async () => {
  const share = (one, two) => [[["People", 10000], ["Conversions", one]], [["People", 10000], ["Conversions", two]]];
  const mean = (one, two) => [[["Mean", one], ["Standard deviation", 12], ["Number", 900]], [["Mean", two], ["Standard deviation", 11], ["Number", 950]]];
  const rows = [
    { metric: "cvr", method: "ab-test", source: "Web analytics", kind: "share", arms: share(400, 480), says: /for the better/ },
    { metric: "bounce-rate", method: "geo-lift", source: "", kind: "share", arms: share(3100, 3300), says: /for the worse/ },
    { metric: "cpa", method: "ab-test", source: "Media panel", kind: "mean", arms: mean(40, 35), says: /for the better/ },
    { metric: "aov", method: "pre-post", source: "Shop", kind: "mean", arms: mean(50, 52), says: /for the better/ },
    { metric: "aov", method: "qualitative", source: "Shop", kind: "mean", arms: mean(50, 49), says: /for the worse/ },
  ];
  const folder = copyHub();
  const wanted = new Map();
  for (const [number, { metric, method, source, kind, arms, says }] of rows.entries()) {
    const page = await openForm("?market=no&channel=email&tactic=discount");
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
    await field(page, "title").fill(`Calculated ${number}`);
    await field(page, "method").selectOption(method);
    await page.locator(".write-calculator select").selectOption(kind);
    for (const [arm, boxes] of arms.entries()) for (const [label, value] of boxes) await page.locator(".write-arms fieldset").nth(arm).getByLabel(label, { exact: true }).fill(String(value));
    await page.getByRole("button", { name: "Use as the primary result" }).click();
    const item = page.locator('[data-maps="results"] .write-map').first();
    await item.locator('[data-field="metric"]').fill(metric);
    await item.locator('[data-field="metric"]').press("Enter");
    await item.locator('[data-field="source"]').fill(source);
    if (["cpa", "aov"].includes(metric)) await item.locator('[data-field="currency"]').fill("NOK");
    await textWith(page, `metric: ${metric}`);
    await page.waitForTimeout(300);
    const calculator = await page.locator(".write-calculator").innerText();
    assert.match(calculator, says, metric);
    const shown = (await page.locator(".write-result").textContent()).match(/[+−-]\d+\.\d/g).map((text) => Number(text.replace("−", "-")));
    const grade = /Evidence grade: ([A-D])/.exec(calculator)[1];
    const path = await page.locator("[data-path]").textContent();
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), await wholeText(page));
    wanted.set(`no/calculated-${number}`, { shown, grade });
    await page.context().close();
  }
  const out = join(dirname(folder), "export");
  execFileSync(CASEBOOK, ["export", "--root", folder, "--out", out], { stdio: "pipe" });
  const studies = new Map(JSON.parse(readFileSync(join(out, "case-studies.json"), "utf8")).map((row) => [row.id, row]));
  for (const [id, { shown, grade }] of wanted) {
    const { lift, ci_low, ci_high, grade: found } = studies.get(id);
    assert.equal(found, grade, id);
    for (const [at, value] of [lift, ci_low, ci_high].entries()) assert.ok(Math.abs(value - shown[at]) <= 0.051, `${id}: ${value} is not ${shown[at]}`);
  }
});

test("the keyboard alone reaches everything, and the draft is restored and discarded", async () => {
  const page = await openForm("?kind=idea", { viewport: { width: 390, height: 800 } });
  await field(page, "title").focus();
  await page.keyboard.type("Try this");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Deutschl");
  await page.keyboard.press("ArrowDown");
  assert.equal(await field(page, "markets").getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Escape");
  assert.equal(await field(page, "markets").getAttribute("aria-expanded"), "false");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await textWith(page, "markets: [DE]");
  await page.waitForFunction(() => /stays/.test(document.querySelector("[data-draft]").textContent));
  await page.reload();
  await textWith(page, "title: Try this");
  assert.match(await page.locator("[data-draft]").textContent(), /back/);
  const { scroll, width } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: innerWidth }));
  assert.ok(scroll <= width, `${scroll} wide on a phone`);
  checkFile(await page.locator("[data-path]").textContent(), await page.locator("[data-text]").textContent());
  page.on("dialog", (dialog) => dialog.accept());
  await page.click("[data-discard]");
  await page.reload();
  await page.waitForSelector("[data-text]");
  assert.equal(await field(page, "title").inputValue(), "");
  await page.context().close();
});

test("an idea, a study to adapt and the address fill in what is known", async () => {
  const { cases, ideas } = await (await fetch(`${site.base}data/write-records.json`)).json();
  const idea = ideas.find(({ hypothesis, tactics }) => hypothesis && tactics.length);
  const study = cases.find(({ channels, tactics }) => channels.length > 1 && tactics.length);
  const rows = [
    [`?idea=${encodeURIComponent(idea.id)}`, [`idea: ${idea.id}`, `tactics: [${idea.tactics.join(", ")}]`, "hypothesis:"]],
    [`?adapt=${encodeURIComponent(study.id)}`, [`adapted_from: [${study.id}]`, `channels: [${study.channels.join(", ")}]`]],
    ["?kind=idea&market=no&tactic=bundle&tactic=discount&evidence=br/unboxing-drop", ['markets: ["NO"]', "tactics: [bundle, discount]", "evidence: [br/unboxing-drop]"]],
    ["?edit=no/such", ["status: planned"]],
  ];
  for (const [query, parts] of rows) {
    const page = await openForm(query);
    for (const part of parts) await textWith(page, part);
    assert.deepEqual(errorsOf(page), []);
    await page.context().close();
  }
});

test("an existing record changes only in the lines it must", async () => {
  const id = "br/unboxing-drop";
  const path = `content/case-studies/${id}.md`;
  const folder = copyHub();
  execFileSync(CASEBOOK, ["fmt", "--root", folder, path], { cwd: folder, stdio: "pipe" });
  const before = readFileSync(join(folder, path), "utf8");
  const page = await openForm(`?edit=${encodeURIComponent(id)}`);
  assert.equal(await page.locator('[data-take="host"]').getAttribute("href"), `${HOST}/edit/main/${path}`);
  await field(page, "decision").selectOption("rerun");
  await page.locator("[data-paste-section] summary").click();
  await page.locator("[data-paste]").fill(before);
  const after = await textWith(page, "summary: >-");
  assert.equal(after, before.replace(/^decision: .*$/m, "decision: rerun"));
  checkFile(path, after);
  await page.context().close();
});

test("front matter is edited line by line, and any text is written so that it reads back", async () => {
  const { bodyOf, editFile, renderField, replaceBody } = await import(pathToFileURL(join(repository, "themes", "atlas", "scripts", "front-matter.js")));
  const order = [["title"], ["status"], ["end"], ["results"], ["budget"], ["owner"], ["translations"]];
  const entries = [["metric"], ["role"], ["lift"], ["source"]];
  const text = "---\r\n# kept\r\ntitle: A   # why\r\nstatus: running # soon\r\n\r\nresults:\r\n  - {metric: cvr}\r\n# about the team\r\nowner: B\r\n---\r\nBody\r\nstatus: running\r\n";
  const added = [{ metric: "aov" }];
  const edited = editFile(text, [["status", { value: "completed" }], ["end", { value: { literal: "2026-11-01" } }], ["results", { items: new Map(), added, count: null }]], order);
  assert.equal(edited, "---\r\n# kept\r\ntitle: A   # why\r\nstatus: completed # soon\r\nend: 2026-11-01\r\n\r\nresults:\r\n  - {metric: cvr}\r\n  - {metric: aov}\r\n# about the team\r\nowner: B\r\n---\r\nBody\r\nstatus: running\r\n");
  assert.equal(bodyOf(edited), "Body\r\nstatus: running\r\n");
  assert.ok(replaceBody(edited, "New\nlines\n").endsWith("---\r\nNew\r\nlines\r\n"));
  assert.equal(editFile("no front matter", [["status", { value: "x" }]], order), null);
  const flow = "---\nresults: [{metric: cvr}]\n---\n";
  assert.throws(() => editFile(flow, [["results", { items: new Map(), added, count: null }]], order), RangeError);
  assert.equal(editFile(flow, [["results", { value: [{ metric: "cvr" }, ...added], items: new Map(), added, count: 1 }]], order), "---\nresults: [{metric: cvr}, {metric: aov}]\n---\n".replace("[{metric: cvr}, {metric: aov}]", "\n  - {metric: cvr}\n  - {metric: aov}").replace("results: \n", "results:\n"));

  const nested = "---\ntitle: \"A # b\"  # c\nstatus: 'it''s' # d\nresults: # main\n  # first\n  - metric: cvr\n    role: primary # p\n    # deep\n    lift: 3\n  - {metric: aov, lift: 2} # flow\n  # tail\n# own\nowner: B\nbudget:\n  amount: 5 # eur\ntranslations:\n  en:\n    title: X\n    summary: >-\n      long\n      text\n  nl: {title: Y}\n---\nBody\n";
  const change = (changes) => editFile(nested, changes, order);
  const results = (items, more = []) => [["results", { value: [], items: new Map(items), added: more, count: 2 }]];
  const is = (changes, ...replacements) => assert.equal(change(changes), replacements.reduce((whole, [from, to]) => whole.replace(from, () => to), nested));
  is([["title", { value: "Z" }]], ['"A # b"  # c', "Z  # c"]);
  is([["status", { value: "y" }]], ["'it''s' # d", '"y" # d']);
  is([["owner", { value: undefined }]], ["owner: B\n", ""]);
  is(results([[0, { entries: [["lift", { value: { literal: "4" } }]], order: entries, value: {} }]]), ["lift: 3", "lift: 4"]);
  is(results([[0, { entries: [["metric", { value: undefined }], ["source", { value: "web" }]], order: entries, value: {} }]]), ["- metric: cvr\n    role", "- role"], ["lift: 3\n", "lift: 3\n    source: web\n"]);
  is(results([[1, { entries: [["lift", { value: { literal: "9" } }]], order: entries, value: { metric: "aov", lift: { literal: "9" } } }]], added), ["lift: 2} # flow\n", "lift: 9} # flow\n  - {metric: aov}\n"]);
  is(results([[1, null]]), ["  - {metric: aov, lift: 2} # flow\n", ""]);
  is([["budget", { value: undefined, entries: [["amount", { value: undefined }]] }]], ["budget:\n  amount: 5 # eur\n", ""]);
  is([["translations", { value: {}, entries: [["en", { value: {}, entries: [["summary", { value: "short" }]] }], ["de", { value: { title: "D" } }]] }]], [">-\n      long\n      text", "short"], ["nl: {title: Y}\n", "nl: {title: Y}\n  de: {title: D}\n"]);
  assert.throws(() => editFile(nested, [["results", { items: new Map(), added, count: 3 }]], order), RangeError);
  for (const [value, wanted] of [["NO", '"NO"'], ["a: b", '"a: b"'], ['say "no"', "say \"no\""], ['"no"', "'\"no\"'"], ["2026-03-02", '"2026-03-02"'], ["180d", "180d"], ["it's", "it's"], ["a\tb", '"a\\tb"']]) assert.equal(renderField("x", value), `x: ${wanted}\n`);
});

test("lift, interval and grade are those of known values", async () => {
  const { compareMeans, compareShares, gradeEvidence } = await import(pathToFileURL(join(repository, "themes", "atlas", "scripts", "measure.js")));
  const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 0.01, `${value} is not ${wanted}`);
  const share = compareShares({ people: 1000, conversions: 100 }, { people: 1000, conversions: 130 });
  near(share.lift, 30);
  near(share.low, 1.698);
  near(share.high, 66.178);
  const mean = compareMeans({ mean: 50, deviation: 20, number: 400 }, { mean: 55, deviation: 22, number: 400 }, 90);
  near(mean.lift, 10);
  near(mean.low, 5.000);
  near(mean.high, 15.238);
  assert.equal(compareShares({ people: 10, conversions: 0 }, { people: 10, conversions: 1 }), null);
  // The rows of the unit test of `src/catalog/grade.rs`.
  const rows = [["ab-test", true, true, true, "A"], ["ab-test", false, true, true, "B"], ["geo-lift", true, true, false, "B"], ["holdout", false, true, false, "D"], ["matched-market", true, false, false, "B"], ["matched-market", false, true, true, "D"], ["pre-post", false, true, false, "C"], ["survey", true, false, true, "D"], ["qualitative", true, true, true, "D"]];
  for (const [method, hasInterval, hasSource, hasSample, grade] of rows) assert.equal(gradeEvidence({ method, hasFigures: true, hasInterval, hasSource, hasSample }, ["ab-test", "geo-lift", "holdout"]).grade, grade, method);
});

test("axe finds nothing, and without scripts the page says what to do", async () => {
  const page = await openForm("", { bypassCSP: true });
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
  await page.locator('.write-maps > .button').first().click();
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] }));
  assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`)), []);
  await page.context().close();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = await openPage(context, `${site.base}write/`);
  const shown = await plain.locator("noscript, main").allInnerTexts();
  assert.match(shown.join(" "), /casebook new case-study/);
  assert.ok((await plain.locator(`main a[href^="${HOST}/new/main"]`).count()) > 0, "the host's form is linked");
  await context.close();
});

/** The files of the records that the site publishes for the form, with id and kind. */
async function publishedSources() {
  const { cases, ideas } = await (await fetch(`${site.base}data/write-records.json`)).json();
  const sources = [];
  for (const [kind, list] of [["case-study", cases], ["idea", ideas]]) {
    for (const { id } of list.filter(({ source }) => source)) {
      const folder = kind === "idea" ? "ideas" : "case-studies";
      sources.push({ id, kind, ...(await (await fetch(`${site.base}data/source/${folder}/${id.split("/").map(encodeURIComponent).join("/")}.json`)).json()) });
    }
  }
  return { sources, count: cases.length + ideas.length };
}

/** Opens the form on a record in a page that is open already, without a draft. */
async function openRecord(page, { id, kind }) {
  await page.evaluate(() => localStorage.clear());
  await page.goto(`${site.base}write/?edit=${encodeURIComponent(id)}&kind=${kind}`);
  await page.waitForSelector("[data-diff]", { state: "attached" });
}

const wholeText = (page) => page.locator("[data-text]").textContent();
const outTitle = (page) => page.locator("#write-out").textContent();

/** The lines of a text that another does not have, and the other way round. */
function lineChanges(before, after) {
  const [old, now] = [before, after].map((text) => text.split("\n"));
  const without = (lines, others) => lines.filter((line) => !others.includes(line));
  return [without(old, now), without(now, old)];
}

/** Of the records that are edited one by one every so many; all with `PROPERTY_FACTOR=4` or more. */
const EDITED_STEP = Math.max(1, Math.round(4 / Number(process.env.PROPERTY_FACTOR ?? 1)));

test("records of the sample hub are shown, and only what changes is written", async () => {
  const { sources, count } = await publishedSources();
  assert.ok(sources.length > count * 0.9, `${sources.length} of ${count} files are published`);
  const page = await openForm("", { viewport: { width: 1280, height: 900 } });
  const [folder, untouched] = [copyHub(), copyHub()];
  const written = [];
  for (const record of sources.filter((_, at) => at % EDITED_STEP === 0)) {
    await openRecord(page, record);
    assert.equal(await field(page, "title").inputValue(), record.values.title, record.id);
    assert.equal(await wholeText(page), record.text, record.id);
    assert.match(await outTitle(page), /Nothing/);
    assert.deepEqual(record.kept, [], record.id);
    // Another value and back.
    const status = field(page, "status");
    const [former, other] = await status.evaluate((select) => [select.value, [...select.options].map(({ value }) => value).find((value) => value && value !== select.value)]);
    await status.selectOption(other);
    await textWith(page, `status: ${other}`);
    await status.selectOption(former);
    await page.waitForFunction((text) => document.querySelector("[data-text]").textContent === text, record.text);
    // One word of a closed list, and for a case study one more result.
    const name = record.kind === "idea" ? "objective" : "outcome";
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
    const select = field(page, name);
    const word = await select.evaluate((select) => [...select.options].map(({ value }) => value).find((value) => value && value !== select.value));
    await select.selectOption(word);
    let after = await textWith(page, `\n${name}: ${word}`);
    const [gone, added] = lineChanges(record.text, after);
    assert.ok(gone.every((line) => line.startsWith(`${name}: `)) && gone.length <= 1, `${record.id}: ${gone}`);
    assert.deepEqual(added.map((line) => line.split(" #")[0]), [`${name}: ${word}`], record.id);
    if (record.kind === "case-study") {
      await page.getByRole("button", { name: "Add: Results" }).click();
      const item = page.locator('[data-maps="results"] .write-map').last();
      await item.locator('[data-field="metric"]').fill("cpc");
      await item.locator('[data-field="metric"]').press("Enter");
      await item.locator('[data-field="lift"]').fill("-3,5");
      await item.locator('[data-field="source"]').fill("Ad server");
      await textWith(page, "Ad server");
      const before = after;
      after = await wholeText(page);
      const [lost] = lineChanges(before, after);
      assert.deepEqual(lost.filter((line) => !line.startsWith("results: [")), [], record.id);
    }
    writeFileSync(join(folder, record.path), after);
    written.push({ ...record, word, name });
  }
  assert.deepEqual(errorsOf(page), []);
  await page.context().close();
  // The writer of the command line reads what was meant: written anew by it, the files differ in the same fields.
  for (const hub of [folder, untouched]) execFileSync(CASEBOOK, ["fmt", "--root", hub], { cwd: hub, stdio: "pipe" });
  for (const { path, id, name, word } of written) {
    const [gone, added] = lineChanges(...[untouched, folder].map((hub) => readFileSync(join(hub, path), "utf8")));
    assert.ok(gone.every((line) => line.startsWith(`${name}: `)), `${id}: ${gone}`);
    assert.deepEqual(added.filter((line) => !/cpc|Ad server|lift: -3.5$|^results:$/.test(line)).map((line) => line.split(" #")[0]), [`${name}: ${word}`], id);
  }
  const found = JSON.parse(runFreely("check", "--root", folder, "--format", "json"));
  const unread = found.filter?.(({ code }) => ["invalid-yaml", "unknown-key", "unknown-value", "wrong-type", "duplicate-key", "unknown-term", "lost-text"].includes(code)) ?? [];
  assert.deepEqual(unread, []);
  const out = join(dirname(folder), "export");
  execFileSync(CASEBOOK, ["export", "--root", folder, "--out", out], { stdio: "pipe" });
  const studies = new Map(JSON.parse(readFileSync(join(out, "case-studies.json"), "utf8")).map((row) => [row.id, row]));
  for (const { id, kind, word } of written) if (kind === "case-study") assert.equal(studies.get(id).outcome, word, id);
  const results = JSON.parse(readFileSync(join(out, "results.json"), "utf8")).filter(({ metric, lift }) => metric === "cpc" && lift === -3.5);
  assert.equal(results.length, written.filter(({ kind }) => kind === "case-study").length);
});

/** What a command prints, also where it ends with an error. */
function runFreely(...words) {
  try {
    return execFileSync(CASEBOOK, words, { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    return error.stdout;
  }
}

test("results of a running study are reported: shown, changed, emptied, and pasted where a colleague was faster", async () => {
  const { sources } = await publishedSources();
  const record = sources.find(({ values, text }) => values.results?.length > 1 && values.summary && !text.includes("results: ["));
  const page = await openForm();
  await openRecord(page, record);
  assert.match(await page.locator("[data-built]").textContent(), /2026/);
  assert.equal(await page.locator(".write-out .write-take").first().isVisible(), false, "nothing to take yet");
  // A field is emptied, an item is removed, an entry of another changes.
  await field(page, "summary").fill("");
  await page.waitForFunction(() => !/^summary:/m.test(document.querySelector("[data-text]").textContent));
  const withoutSummary = await wholeText(page);
  assert.ok(record.text.startsWith(withoutSummary.slice(0, 20)));
  await page.locator('[data-maps="results"] .write-map').first().locator('[data-field="source"]').fill("Another tool");
  const after = await textWith(page, "source: Another tool");
  const [gone, added] = lineChanges(withoutSummary, after);
  assert.ok(gone.length <= 1 && added.length === 1, `${gone} ${added}`);
  assert.match(await page.locator("[data-diff] ins").first().textContent(), /Another tool/);
  // The draft is kept, and the text is copied when the host's form is opened.
  await page.waitForFunction(() => /stays/.test(document.querySelector("[data-draft]").textContent));
  await page.reload();
  assert.equal(await textWith(page, "source: Another tool"), after);
  const host = page.locator('[data-take="host"]');
  assert.equal(await host.getAttribute("href"), `${HOST}/edit/main/${record.path}`);
  await host.evaluate((link) => link.addEventListener("click", (event) => event.preventDefault()));
  await host.click();
  await page.waitForFunction(() => /copied/.test(document.querySelector(".write-out + [role=status]").textContent));
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), after);
  // What a colleague wrote meanwhile stays, in the fields and below them.
  const theirs = `${record.text.replace(/^owner: .*$/m, "owner: Another team # since May")}\nTheir last line.\n`;
  await page.locator("[data-paste-section] summary").click();
  await page.locator("[data-paste]").fill(theirs);
  const merged = await textWith(page, "Their last line.");
  assert.ok(merged.includes("owner: Another team # since May") && merged.includes("source: Another tool") && !/^summary:/m.test(merged));
  // The text below the fields is edited too, unless it has changed meanwhile.
  await page.locator("[data-paste]").fill("");
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
  const body = page.locator("[data-body]");
  await body.fill(`${await body.inputValue()}\nOne more line.\n`);
  const withBody = await textWith(page, "One more line.");
  assert.equal(withBody, `${after}\nOne more line.\n`);
  await page.locator("[data-paste]").fill(theirs);
  await textWith(page, "Their last line.");
  assert.match(await page.locator(".write-out").textContent(), /add it by hand/);
  // Discarded, everything is as the file has it.
  page.on("dialog", (dialog) => dialog.accept());
  await page.click("[data-discard]");
  await page.waitForFunction(() => /Nothing/.test(document.querySelector("#write-out").textContent));
  assert.equal(await wholeText(page), record.text);
  assert.deepEqual(errorsOf(page), []);
  await page.context().close();
});

test("a draft meets a file that has changed since: nothing is added twice, nothing of a colleague's is lost", async () => {
  const folder = writeHub({ "no/one": { title: "One", body: "Text." } });
  const file = join(folder, "content", "case-studies", "no", "one.md");
  const items = ["  - metric: cvr\n    lift: 3\n    source: A\n", "  - metric: aov\n    lift: 4\n    source: B\n"];
  const first = readFileSync(file, "utf8").replace("owner: ", `results:\n${items.join("")}owner: `).replaceAll("\n", "\r\n");
  writeFileSync(file, first);
  writeFileSync(join(folder, "site.toml"), `${readFileSync(join(folder, "site.toml"), "utf8")}\n[write]\nsources = true\n`);
  let other = await serveFolder(buildSite("--root", folder));
  const { port } = other;
  const page = await openPage(await browser.newContext(), `${other.base}write/?edit=no/one`);
  await page.waitForSelector("[data-diff]", { state: "attached" });
  await page.locator('[data-maps="results"] .write-map').nth(1).locator('[data-field="lift"]').fill("5");
  await page.getByRole("button", { name: "Add: Results" }).click();
  const added = page.locator('[data-maps="results"] .write-map').last();
  await added.locator('[data-field="metric"]').fill("ctr");
  await added.locator('[data-field="metric"]').press("Enter");
  await added.locator('[data-field="source"]').fill("C");
  const mine = await textWith(page, "source: C");
  assert.equal(mine, first.replace("lift: 4", "lift: 5").replace("source: B\r\n", "source: B\r\n  - {metric: ctr, source: C}\r\n"));
  await page.waitForFunction(() => /stays/.test(document.querySelector("[data-draft]").textContent));
  // A colleague puts one more result in front.
  const rebuild = async (text) => {
    writeFileSync(file, text);
    await other.close();
    other = await serveFolder(buildSite("--root", folder), "/", port);
    await page.reload();
    await page.waitForSelector("[data-diff]", { state: "attached" });
  };
  const theirs = (text) => text.replace("results:\r\n", "results:\r\n  - {metric: cpa, lift: -2}\r\n");
  await rebuild(theirs(first));
  assert.equal(await textWith(page, "source: C"), theirs(mine));
  // Then the draft itself is accepted.
  await rebuild(theirs(mine));
  assert.match(await outTitle(page), /Nothing/);
  assert.equal(await wholeText(page), theirs(mine));
  assert.deepEqual(page.errors, []);
  await page.context().close();
  await other.close();
});

test("links lead to the form, which opens the field that is asked for", async () => {
  const { sources } = await publishedSources();
  const { id } = sources.find(({ kind }) => kind === "idea");
  const page = await openForm(`?edit=${encodeURIComponent(id)}&kind=idea&field=declined_reason`);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.field), "declined_reason");
  await page.goto(`${site.base}ideas/${id}/`);
  assert.ok((await page.locator(`a[href*="write/?edit="]`).count()) > 0, "an idea can be edited");
  await page.goto(`${site.base}desk/`);
  const act = page.locator('.duty-act a[href*="write/?edit="]').first();
  await act.click();
  await page.waitForSelector("[data-diff]", { state: "attached" });
  assert.ok(await page.evaluate(() => Boolean(document.activeElement.dataset.field ?? document.activeElement.closest(".write-form"))));
  assert.deepEqual(errorsOf(page), []);
  await page.goto(`${site.base}write/`);
  assert.equal(await page.locator('header a[aria-current]').first().textContent().then((text) => text.trim()), "Write");
  await page.context().close();
});

test("what the command line would warn of is said in plain words", async () => {
  const page = await openForm("?market=no&channel=email&tactic=discount");
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
  const says = async (pattern) => page.waitForFunction((source) => new RegExp(source).test(document.querySelector(".write-problems").textContent), pattern.source);
  const isSilent = async (pattern) => page.waitForFunction((source) => !new RegExp(source).test(document.querySelector(".write-problems").textContent), pattern.source);
  await field(page, "title").fill("t".repeat(121));
  await says(/longer than 120/);
  await field(page, "summary").fill("s".repeat(301));
  await says(/longer than 300/);
  await field(page, "sample_size").fill("3");
  await says(/sample this small/);
  await field(page, "outcome").selectOption("won");
  await says(/not over yet/);
  await field(page, "start").fill("2020-01-01");
  await says(/Still planned/);
  await field(page, "status").selectOption("completed");
  await isSilent(/not over yet/);
  await says(/Last day|End/);
  await field(page, "end").fill("2999-01-01");
  await says(/still to come/);
  const add = page.getByRole("button", { name: "Add: Results" });
  for (const _ of [1, 2]) {
    await add.click();
    await page.locator('[data-maps="results"] .write-map').last().locator('[data-field="role"]').selectOption("primary");
  }
  await says(/Only one result can be the primary one/);
  await says(/where the figures come from/);
  const [first, second] = [0, 1].map((at) => page.locator('[data-maps="results"] .write-map').nth(at));
  await second.locator('[data-field="role"]').selectOption("secondary");
  await isSilent(/Only one result/);
  await first.locator('[data-field="metric"]').fill("cpa");
  await first.locator('[data-field="metric"]').press("Enter");
  await first.locator('[data-field="lift"]').fill("12");
  await says(/primary metric got worse/);
  await first.locator('[data-field="ci_low"]').fill("-1");
  await first.locator('[data-field="ci_high"]').fill("5");
  await says(/outside its interval/);
  await says(/includes zero/);
  await first.locator('[data-field="control"]').fill("10");
  await first.locator('[data-field="variant"]').fill("20");
  await says(/lift would be 100/);
  await says(/three letters/);
  assert.deepEqual(errorsOf(page), []);
  await page.context().close();
});

test("hostile titles make valid files with portable names, and nothing of them runs", async () => {
  const titles = ["...", "con", "AUX", "%{{x}}%", "</script><script>alert(1)</script>", "--- # : \"", "\u202eright to left\u202c أهلا", "🎉🎉", "長".repeat(200)];
  const page = await openForm();
  for (const title of titles) {
    await page.evaluate(() => localStorage.clear());
    await page.goto(`${site.base}write/?market=no&channel=email&tactic=discount&hypothesis=${encodeURIComponent("If this, then 5 % more, because {{x}} # y.")}`);
    await page.waitForSelector("[data-text]");
    await field(page, "title").fill(title);
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
    await page.locator("[data-body]").first().fill(title === "..." ? "long: # text\n".repeat(400) : title);
    await field(page, "owner").fill(title);
    await page.waitForFunction((title) => document.querySelector("[data-text]").textContent.includes(title.slice(0, 3)), title);
    await page.waitForTimeout(200);
    const path = await page.locator("[data-path]").textContent();
    assert.match(path, /^content\/case-studies\/no\/[^/\\:*?"<>|%{}]+\.md$/);
    assert.doesNotMatch(path, /\/(con|aux|nul|prn)\.md$/i);
    assert.ok(Buffer.byteLength(path.split("/").at(-1)) < 240, path);
    checkFile(path, await wholeText(page));
  }
  assert.deepEqual(errorsOf(page), []);
  await page.context().close();
});

test("each git host gets the form that it has", async () => {
  const hosts = {
    github: { new: "/new/main?filename=PATH&value=TEXT", edit: "/edit/main/PATH" },
    gitlab: { new: "/-/new/main?file_name=PATH&content=TEXT", edit: "/-/edit/main/PATH" },
    gitea: { new: "/_new/main?filename=PATH", edit: "/_edit/main/PATH" },
    bitbucket: { new: "/create-file/main/content/case-studies/no?at=main", edit: "/src/main/PATH?mode=edit", says: /neither a name nor a text/ },
  };
  for (const [kind, wanted] of Object.entries(hosts)) {
    const folder = writeHub({ "no/one": { title: "One", body: "Text." } });
    writeFileSync(join(folder, "site.toml"), `${readFileSync(join(folder, "site.toml"), "utf8")}\n[write]\nsources = true\n\n[repository]\nkind = "${kind}"\nurl = "${HOST}"\n`);
    const other = await serveFolder(buildSite("--root", folder));
    const page = await openPage(await browser.newContext(), `${other.base}write/?market=no`);
    await field(page, "title").fill("A & b?");
    const text = await textWith(page, "title: A & b?");
    const path = "content/case-studies/no/a-b.md";
    assert.equal(await page.locator("[data-path]").textContent(), path);
    const link = page.locator('[data-take="host"]');
    const fill = (pattern, path) => HOST + pattern.replace("PATH", path).replace("TEXT", () => encodeURIComponent(text));
    assert.equal(await link.getAttribute("href"), fill(wanted.new, path), kind);
    assert.equal(await link.getAttribute("data-filled"), String(wanted.new.includes("TEXT")));
    if (wanted.says) assert.match(await page.locator(".write-out").textContent(), wanted.says);
    await page.goto(`${other.base}write/?edit=no/one`);
    await page.waitForSelector("[data-diff]", { state: "attached" });
    await field(page, "status").selectOption("running");
    await textWith(page, "status: running");
    assert.equal(await link.getAttribute("href"), fill(wanted.edit, "content/case-studies/no/one.md"), kind);
    assert.match(await page.locator(".write-out").textContent(), /takes no text in the address/);
    assert.deepEqual(page.errors, []);
    await page.context().close();
    await other.close();
  }
});

test("without published files the form says why, and the pasted file is changed", async () => {
  const folder = writeHub({ "no/one": { title: "One", body: "Text." }, "no/two": { title: "Two", body: "As in [that](three.md)." }, "no/three": { title: "Quiet launch of May", body: "Text." } });
  const hidden = join(folder, "content", "case-studies", "no", "three.md");
  writeFileSync(hidden, readFileSync(hidden, "utf8").replace("status: planned", "status: planned\ndraft: true"));
  const settings = readFileSync(join(folder, "site.toml"), "utf8");
  for (const [more, id, says] of [["", "no/one", /copy all of it and paste/], ["\n[write]\nsources = true\n", "no/two", /not every reader may see/]]) {
    writeFileSync(join(folder, "site.toml"), settings + more);
    const other = await serveFolder(buildSite("--root", folder));
    const page = await openPage(await browser.newContext(), `${other.base}write/?edit=${id}`);
    await page.waitForSelector("[data-paste]");
    assert.match(await page.locator(".write-form").textContent(), says);
    assert.equal((await fetch(`${other.base}data/source/case-studies/${id}.json`)).status, 404);
    await field(page, "status").selectOption("running");
    assert.equal(await textWith(page, "status"), "status: running\n");
    const before = readFileSync(join(folder, "content", "case-studies", `${id}.md`), "utf8");
    await page.locator("[data-paste]").fill(before);
    assert.equal(await textWith(page, "title:"), before.replace("status: planned", "status: running"));
    assert.deepEqual(page.errors, []);
    await page.context().close();
    await other.close();
  }
});

test("records are loaded only when they are needed", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${site.base}write/`);
  await page.waitForSelector("[data-text]");
  assert.ok(asked.some((path) => path.endsWith("write.json")) && !asked.some((path) => path.endsWith("write-records.json")), String(asked));
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
  await field(page, "adapted_from").focus();
  await page.waitForResponse(/write-records\.json/);
  await field(page, "adapted_from").fill("unboxing");
  await page.waitForSelector('[role="option"]:visible');
  await context.close();
});
