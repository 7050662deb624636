// The editor of `casebook init --with-editor` on the sample hub, with its repository in the browser: every record loads; what it saves
// passes `check` and keeps every other value; nothing is asked of another host.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildSite, launchBrowser, openPage, repository, serveFolder } from "./support.mjs";

const CASEBOOK = process.env.CASEBOOK ?? join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "debug", "casebook");
const TODAY = "2026-11-22";
/** The editor's package as npm installs it; its version is that of `casebook init`. */
const PACKAGE = join(repository, "tests", "browser", "node_modules", "@sveltia", "cms");
const skip = existsSync(PACKAGE) ? false : "the package of the editor is not installed: run `npm ci --prefix tests/browser`";
/** Folder of the repository in the browser (origin private file system) that the editor's test backend reads and writes. */
const BROWSER_FOLDER = "sveltia-cms-test";
/** Records that are edited first: of each type, of Norway (`NO`), in a list and as one word, and with fields in several languages. */
const NAMED = [
  "case-studies/no/newsletter-send-hour", "case-studies/be/betalen-met-de-bankapp", "ideas/calmer-checkout",
  "playbooks/local-payment-first-in-checkout", "pages/about",
];
/** Of all records so many are edited; with `PROPERTY_FACTOR=16` nearly all. */
const COUNT = 7 * Number(process.env.PROPERTY_FACTOR ?? 1);
let hub, site, browser, context, page, edited;
const requests = [];
/** What an edit appends to a title. */
const WORD = "ZZ";

/** A copy of the sample hub. */
function copyHub() {
  const folder = join(mkdtempSync(join(tmpdir(), "casebook-")), "hub");
  for (const part of ["content", "themes", "site.toml"]) cpSync(join(repository, part), join(folder, part), { recursive: true });
  return folder;
}

const casebook = (...words) => execFileSync(CASEBOOK, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** The texts of all records and vocabularies of a hub, by path below its root. */
function readTexts(root, folder = "content") {
  const texts = {};
  for (const name of readdirSync(join(root, folder))) {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) Object.assign(texts, readTexts(root, path));
    else if (/\.(md|yaml)$/.test(name)) texts[path] = readFileSync(join(root, path), "utf8");
  }
  return texts;
}

/** Writes files into the repository in the browser. */
const putFiles = (page, texts) => page.evaluate(async ([root, texts]) => {
  const top = await (await navigator.storage.getDirectory()).getDirectoryHandle(root, { create: true });
  for (const [path, text] of Object.entries(texts)) {
    let folder = top;
    for (const name of path.split("/").slice(0, -1)) folder = await folder.getDirectoryHandle(name, { create: true });
    const writer = await (await folder.getFileHandle(path.split("/").at(-1), { create: true })).createWritable();
    await writer.write(text);
    await writer.close();
  }
}, [BROWSER_FOLDER, texts]);

/** All files of the repository in the browser, by path. */
const takeFiles = (page) => page.evaluate(async (root) => {
  const texts = {};
  const walk = async (folder, path) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === "directory") await walk(handle, `${path}${name}/`);
      else texts[path + name] = await (await handle.getFile()).text();
    }
  };
  await walk(await (await navigator.storage.getDirectory()).getDirectoryHandle(root), "");
  return texts;
}, BROWSER_FOLDER);

/** Every record in the one form of front matter that `fmt` gives, by path. */
function readCanonical(root) {
  casebook("fmt", "--root", root);
  return readTexts(root);
}

/** What stands below the front matter of a record. */
const bodyOf = (text) => text.slice(text.indexOf("\n---\n", 4));

/** The files of a built site, by path, without those that hold the text of a record as it is written. */
function readSite(root) {
  const paths = readdirSync(root, { recursive: true }).filter((path) => statSync(join(root, path)).isFile() && !/^(\.|data\/source\/)/.test(path));
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(root, path))]));
}

/** The places of two texts around the first byte in which they differ. */
function firstDifference(wanted, found) {
  const at = wanted.findIndex((byte, position) => byte !== found[position]);
  const around = (bytes) => bytes.subarray(Math.max(0, at - 120), at + 120).toString();
  return `\n${around(wanted)}\nbecame\n${around(found)}`;
}

/** Opens a record in the editor, appends a word to its title, saves it, and returns the new text of its file. */
async function editTitle(record) {
  const path = `content/${record}.md`;
  const [, collection, id] = /^([^/]+)\/(.+)$/.exec(record);
  const before = (await takeFiles(page))[path];
  const title = page.getByRole("textbox", { name: titleLabel(), exact: true }).first();
  // The form of the record before must be gone.
  await page.goto(`${site.base}admin/#/collections/${collection}`);
  await title.waitFor({ state: "detached" });
  await page.goto(`${site.base}admin/#/collections/${collection}/entries/${id}`);
  await title.waitFor();
  await page.waitForFunction((element) => element.value, await title.elementHandle());
  const wanted = `${await title.inputValue()} ${WORD}`;
  const save = page.getByRole("button", { name: "Opslaan" }).first();
  // On a slow machine the form is drawn once more when all of the record is there, and forgets what was typed.
  for (let attempt = 0; attempt < 50 && !(await save.isEnabled() && await title.inputValue() === wanted); attempt += 1) {
    await title.fill(wanted);
    await page.waitForTimeout(200);
  }
  await save.click();
  await page.waitForFunction(async ([root, path, before]) => {
    try {
      let folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(root);
      for (const name of path.split("/").slice(0, -1)) folder = await folder.getDirectoryHandle(name);
      const text = await (await (await folder.getFileHandle(path.split("/").at(-1))).getFile()).text();
      return text && text !== before;
    } catch {
      // It is just being written.
      return false;
    }
  }, [BROWSER_FOLDER, path, before]);
  return (await takeFiles(page))[path];
}

/** The name of the field of titles in the configuration. */
function titleLabel() {
  const config = readFileSync(join(hub, "admin", "config.yml"), "utf8");
  const label = /name: "?title"?\n\s+label: "?([^"\n]+)"?/.exec(config) ?? /label: "?([^"\n]+)"?\n\s+name: "?title"?/.exec(config);
  return label[1];
}

before(async () => {
  if (skip) return;
  hub = copyHub();
  const settings = join(hub, "site.toml");
  writeFileSync(settings, readFileSync(settings, "utf8").replace('publish = "none"', 'publish = "all"'));
  casebook("init", `--with-editor=${PACKAGE}`, hub);
  // The page states its own policy; the one backend that needs no account is put in the place of the git host.
  site = await serveFolder(buildSite("--root", hub), "/", 0, (path, file) => {
    if (!path.startsWith("admin/")) return file;
    if (path !== "admin/config.yml") return file && { ...file, policy: "frame-ancestors 'none'" };
    const config = readFileSync(join(hub, "admin", "config.yml"), "utf8");
    const trial = config.replace(/^backend:\n(?:[ -].*\n)+/m, "backend:\n  name: test-repo\n");
    assert.notEqual(trial, config);
    return { bytes: trial, type: "text/yaml", policy: "frame-ancestors 'none'" };
  });
  browser = await launchBrowser();
  context = await browser.newContext({ locale: "nl-NL", viewport: { width: 1280, height: 900 } });
  context.on("request", (request) => requests.push(request.url()));
  page = await openPage(context, `${site.base}about/`);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await putFiles(page, readTexts(hub));
  await page.goto(`${site.base}admin/`);
  await page.getByRole("button", { name: /test/i }).click();
  await page.waitForSelector("[role=treeitem] .count");
});
after(async () => {
  await browser?.close();
  await site?.close();
});

test("every record loads", { skip }, async () => {
  const wanted = ["case-studies", "ideas", "playbooks", "pages"].map((folder) =>
    Object.keys(readTexts(hub, `content/${folder}`)).filter((path) => path.endsWith(".md")).length);
  const counts = page.locator("[role=treeitem][aria-level='1'] > .row > .count");
  assert.deepEqual((await counts.allInnerTexts()).map(Number), wanted);
  assert.ok(wanted.every((count) => count > 0), `${wanted}`);
});

test("a saved record passes the checks and keeps all other values", { skip, timeout: 120_000 + 20_000 * COUNT }, async () => {
  edited = copyHub();
  const before = readCanonical(copyHub());
  const all = Object.keys(before).filter((path) => path.endsWith(".md")).map((path) => path.slice("content/".length, -".md".length));
  // Records of every part of the list, the same in each run.
  const others = all.filter((record) => !NAMED.includes(record)).sort((one, other) => [...one].reverse().join("").localeCompare([...other].reverse().join("")));
  const records = [...NAMED, ...others].slice(0, COUNT);
  for (const record of records) writeFileSync(join(edited, `content/${record}.md`), await editTitle(record));
  const taken = await takeFiles(page);
  const original = readTexts(hub);
  const changed = Object.keys(original).filter((path) => taken[path] !== original[path]).sort();
  assert.deepEqual(changed, records.map((record) => `content/${record}.md`).sort());
  assert.equal(Object.keys(taken).length, Object.keys(original).length, "no file is new or gone");

  casebook("check", "--root", edited, "--today", TODAY);
  const after = readCanonical(edited);
  const titles = /^title:.*\n(?: .*\n)*/m;
  const retitled = copyHub();
  for (const path of changed) {
    const [title] = titles.exec(after[path]);
    assert.ok(title.includes(WORD), title);
    assert.equal(bodyOf(after[path]), bodyOf(before[path]), `${path}: the text below the front matter stays as it is`);
    writeFileSync(join(retitled, path), before[path].replace(titles, () => title));
  }
  // Whatever a record says is on its page or in the data: a hub in which only the titles were changed becomes the same site.
  const [found, wanted] = [edited, retitled].map((root) => readSite(buildSite("--root", root, "--audience", "internal", "--drafts")));
  assert.deepEqual(Object.keys(found), Object.keys(wanted));
  for (const [path, bytes] of Object.entries(wanted)) {
    assert.ok(bytes.equals(found[path]), `${path}: ${firstDifference(bytes, found[path])}`);
  }
});

test("the offline copy of the site leaves the editor alone", { skip }, async () => {
  const stored = await page.evaluate(async () => {
    const lists = (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url));
    return (await Promise.all(lists)).flat();
  });
  assert.ok(stored.length > 0);
  assert.deepEqual(stored.filter((address) => address.includes("/admin/")), []);
});

test("nothing is asked of another host", { skip }, () => {
  const foreign = requests.filter((address) => !address.startsWith(site.base) && !/^(blob|data|unavailable):/.test(address));
  assert.deepEqual(foreign, []);
  assert.ok(requests.some((address) => address.includes("material-symbols-outlined.woff2")), "its symbols are a font of the hub");
  assert.ok(requests.some((address) => address.endsWith("admin/locales/nl.json")), "its texts are a file of the hub");
  // What colours blocks of code is not in the package's script; without it they have one colour, and nobody is asked for it.
  assert.deepEqual(page.errors.filter((error) => !error.includes("'unavailable:")), []);
});
