// The search engine in its worker, and the list of titles that answers until it is ready and for good where it cannot run.
import { root } from "./site.js";

const base = new URL("search/", root);
const waiting = new Map();
let worker = null;
let next = 1;
let opened = null;
let first = null;

/** What stands in the way of the full search: an error code, or null. */
export let trouble = null;
/** Whether the title list is there. */
export let listed = false;
/** Whether the full search answers at once. */
export let ready = false;
/** A host that never answers is as good as none, in milliseconds. */
const PATIENCE = 15000;

function fail(code) {
  return Object.assign(new Error(code), { code });
}

async function manifest() {
  const response = await fetch(new URL("manifest.json", base), { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
  if (!response) throw fail("offline");
  if (!response.ok) throw fail("not-found");
  return response.json().catch(() => {
    throw fail("foreign-file");
  });
}

let asked = null;
const known = () => (asked ??= manifest().catch((error) => ((asked = null), Promise.reject(error))));

/** Starts the engine; answers what it knows, once. */
export function open() {
  opened ??= start().catch((error) => {
    // Whatever is no code of ours (workers that are missing or refused) means that the engine cannot run here.
    trouble = typeof error.code === "string" ? error.code : "no-wasm";
    throw fail(trouble);
  });
  return opened;
}

async function start() {
  const { worker: script } = await known();
  worker = new Worker(new URL(script, base), { type: "module" });
  worker.addEventListener("message", ({ data }) => answer(data));
  worker.addEventListener("error", () => {
    waiting.forEach(({ reject }) => reject(fail("no-wasm")));
    waiting.clear();
  });
  const answered = await ask({ type: "open", base: base.href });
  ready = true;
  return answered;
}

function answer(message) {
  const wanted = waiting.get(message.id);
  if (!wanted) return;
  waiting.delete(message.id);
  if (message.ok) wanted.resolve(message.result);
  else wanted.reject(fail(message.error.code));
}

function ask(message) {
  const id = next++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, ...message });
  });
}

/** Searches; a newer search of the same asker ends an older one, a crash is tried again once. */
export async function search(request, asker) {
  await open();
  const message = { type: "search", asker, request };
  return ask(message).catch((error) => (error.code === "crashed" ? ask(message) : Promise.reject(error)));
}

/** Excerpts for hits. */
export async function excerpts(text, hits) {
  await open();
  return ask({ type: "excerpts", text, hits: hits.map(({ doc, texts }) => ({ doc, texts })) });
}

/** The fields of the query language, as the engine knows them. */
export async function fields() {
  return (await open()).fields;
}

/** Titles and terms, matched here: enough to begin with, and all there is without the engine. */
export async function titles(text, limit) {
  first ??= known().then(async ({ first: path }) => (await fetch(new URL(path, base), { signal: AbortSignal.timeout(PATIENCE) })).json()).then(({ entries }) => entries.map((entry) => ({ entry, words: fold([entry.t, ...(entry.a ?? [])].join(" ")) })));
  const list = await first.catch((error) => ((first = null), Promise.reject(error)));
  listed = true;
  const wanted = fold(text).split(" ").filter(Boolean);
  if (!wanted.length) return begin(list.map(({ entry }) => entry), limit);
  const found = [];
  list.forEach(({ entry, words }, place) => {
    const at = wanted.map((word) => words.indexOf(word));
    if (at.some((place) => place < 0)) return;
    const begins = at.filter((place) => place === 0 || words[place - 1] === " ").length;
    found.push({ entry, worth: begins * 1000 - place / 10 - words.length / 10 });
  });
  return found.sort((a, b) => b.worth - a.worth).slice(0, limit).map(({ entry }) => entry);
}

/** Good places to begin: what is held to be true, then the newest and most linked studies; terms where there is neither. */
function begin(entries, limit) {
  const playbooks = entries.filter(({ k }) => k === "playbook").slice(0, 3);
  const studies = entries.filter(({ k }) => k === "case-study").slice(0, limit - playbooks.length);
  return [...playbooks, ...studies, ...entries.filter(({ k }) => k === "term")].slice(0, limit);
}

/** Lower case without marks and what is not seen, so that "indicacao" meets "indicação". */
export function fold(text) {
  return text.toLocaleLowerCase().normalize("NFKD").replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, "").replaceAll("ı", "i").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
