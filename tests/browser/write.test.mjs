// The form that writes records: what it writes passes `casebook check` and `fmt --check`, by keyboard, on a phone, and after a reload.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { buildSite, launchBrowser, openPage, repository, serveFolder } from "./support.mjs";

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
  const { cases, ideas } = await (await fetch(`${site.base}data/write.json`)).json();
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
  const { cases } = await (await fetch(`${site.base}data/write.json`)).json();
  const id = "br/unboxing-drop";
  const { path } = cases.find((record) => record.id === id);
  const folder = copyHub();
  execFileSync(CASEBOOK, ["fmt", "--root", folder, path], { cwd: folder, stdio: "pipe" });
  const before = readFileSync(join(folder, path), "utf8");
  const page = await openForm(`?edit=${encodeURIComponent(id)}`);
  assert.equal(await page.locator('[data-take="host"]').getAttribute("href"), `${HOST}/edit/main/${path}`);
  await field(page, "decision").selectOption("rerun");
  assert.equal(await textWith(page, "decision"), "decision: rerun\n");
  await page.locator("[data-paste]").fill(before);
  const after = await textWith(page, "title:");
  assert.equal(after, before.replace(/^decision: .*$/m, "decision: rerun"));
  checkFile(path, after);
  await page.context().close();
});

test("front matter is edited line by line, and any text is written so that it reads back", async () => {
  const { editFile, renderField } = await import(pathToFileURL(join(repository, "themes", "atlas", "scripts", "front-matter.js")));
  const order = [["title"], ["status"], ["end"], ["results"], ["owner"]];
  const text = "---\r\n# kept\r\ntitle: A   # why\r\nstatus: running # soon\r\n\r\nresults:\r\n  - {metric: cvr}\r\n# about the team\r\nowner: B\r\n---\r\nBody\r\nstatus: running\r\n";
  const edited = editFile(text, [["status", "completed"], ["end", { literal: "2026-11-01" }], ["results", [{ metric: "aov" }]]], order, ["results"]);
  assert.equal(edited, "---\r\n# kept\r\ntitle: A   # why\r\nstatus: completed # soon\r\n\r\nend: 2026-11-01\r\nresults:\r\n  - {metric: cvr}\r\n  - {metric: aov}\r\n# about the team\r\nowner: B\r\n---\r\nBody\r\nstatus: running\r\n");
  assert.equal(editFile("no front matter", [["status", "x"]], order), null);
  assert.throws(() => editFile("---\nresults: [{metric: cvr}]\n---\n", [["results", [{ metric: "aov" }]]], order, ["results"]), RangeError);
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

test("the experiments most like a draft are shown while its title is typed", async () => {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.base}write/`);
  await page.getByLabel(/^Title/).first().pressSequentially("Reward for both friends by email");
  await page.waitForSelector("[data-nearest] .row a");
  assert.ok(/friend/i.test(await page.locator("[data-nearest] .row").first().innerText()));
  assert.deepEqual(page.errors, []);
  await context.close();
});
