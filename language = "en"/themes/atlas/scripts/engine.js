// The client of the search worker, and a search in the list of titles for as long as the worker is not ready or where it cannot run.
import { root } from "./site.js";
import { toWords } from "./words.js";

const base = new URL("search/", root);
const pendingRequests = new Map();
let worker = null;
let nextId = 1;
let openPromise = null;
let titleListPromise = null;

/** The error code (see `search/PROTOCOL.md`) where the engine cannot run, else null. */
export let errorCode = null;
/** Whether the list of titles is loaded. */
export let hasTitles = false;
/** Whether the engine is ready. */
export let isReady = false;
/** Timeout of requests in milliseconds. */
const TIMEOUT_MS = 15000;

function codedError(code) {
  return Object.assign(new Error(code), { code });
}

/** The cache of the search worker. */
const CACHE = "casebook-search-1";
/** Time in milliseconds after which the manifest of the last visit serves, once: what arrives later replaces it for the next. */
const STALE_AFTER_MS = 3000;

/** Fetches the manifest; with the cache mode `reload` only the host's own serves, however slow the host is. */
async function fetchManifest(cacheMode) {
  const address = new URL("manifest.json", base).href;
  const fresh = fetch(address, { cache: cacheMode, signal: AbortSignal.timeout(TIMEOUT_MS) });
  // Where a service worker answers, it keeps the time and stores what arrives late, even when the page has been left.
  const isServed = Boolean(navigator.serviceWorker?.controller);
  const answers = [fresh.catch(() => null)];
  if (!isServed) {
    fresh.then((response) => response.ok && storeManifest(address, response.clone())).catch(() => {});
    if (cacheMode !== "reload") answers.push(wait(STALE_AFTER_MS).then(() => findStored(address)).then((stored) => stored ?? answers[0]));
  }
  const response = (await Promise.race(answers)) ?? (await findStored(address));
  if (!response) throw codedError("offline");
  if (!response.ok) throw codedError("not-found");
  return response.json().catch(() => {
    throw codedError("foreign-file");
  });
}

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Storage may be full or denied; then there is only the network.
async function findStored(address) {
  try {
    return await (await caches.open(CACHE)).match(address);
  } catch {
    return undefined;
  }
}

async function storeManifest(address, response) {
  // The page of a host for what it does not have is no manifest.
  if (!(await response.clone().json().catch(() => null))?.worker) return;
  await (await caches.open(CACHE)).put(address, response);
}

let manifestPromise = null;
const loadManifest = (cacheMode = "no-cache") => (manifestPromise ??= fetchManifest(cacheMode).catch((error) => ((manifestPromise = null), Promise.reject(error))));

/** Starts the engine on the first call; resolves to its description of the index. */
export function open() {
  openPromise ??= startWorker().catch(reopen).catch((error) => {
    // An error without a code comes from the browser, for example because workers are not allowed.
    errorCode = typeof error.code === "string" ? error.code : "no-wasm";
    throw codedError(errorCode);
  });
  return openPromise;
}

/** Opens once more with the host's own manifest where files are missing: the stored one may name files of an older site. */
async function reopen(error) {
  if (!["not-found", "foreign-file", "other-version"].includes(error.code) || !worker) throw error;
  const before = JSON.stringify(await manifestPromise);
  manifestPromise = null;
  titleListPromise = null;
  if (JSON.stringify(await loadManifest("reload").catch(() => null)) === before) throw error;
  return startWorker();
}

async function startWorker() {
  const manifest = await loadManifest();
  worker?.terminate();
  worker = new Worker(new URL(manifest.worker, base), { type: "module" });
  worker.addEventListener("message", ({ data }) => handleAnswer(data));
  worker.addEventListener("error", () => {
    pendingRequests.forEach(({ reject }) => reject(codedError("no-wasm")));
    pendingRequests.clear();
  });
  const opening = await sendRequest({ type: "open", base: base.href, manifest });
  isReady = true;
  return opening;
}

function handleAnswer(message) {
  const request = pendingRequests.get(message.id);
  if (!request) return;
  pendingRequests.delete(message.id);
  if (message.ok) request.resolve(message.result);
  else request.reject(codedError(message.error.code));
}

function sendRequest(message) {
  const id = nextId++;
  return new Promise((resolve, reject) => {
    pendingRequests.set(id, { resolve, reject });
    worker.postMessage({ id, ...message });
  });
}

/** Searches. A newer search of the same `asker` cancels an older one; after a crash the search is repeated once. */
export async function search(request, asker) {
  await open();
  const message = { type: "search", asker, request };
  return sendRequest(message).catch((error) => (error.code === "crashed" ? sendRequest(message) : Promise.reject(error)));
}

/** Excerpts for hits. */
export async function excerpts(text, hits) {
  await open();
  return sendRequest({ type: "excerpts", text, hits: hits.map(({ doc, texts }) => ({ doc, texts })) });
}

/** The fields of the query language. */
export async function fields() {
  return (await open()).fields;
}

/** Searches the list of titles and terms without the engine; without `text`, suggests entries. */
export async function titles(text, limit) {
  titleListPromise ??= loadManifest().then(async ({ first: path }) => (await fetch(new URL(path, base), { signal: AbortSignal.timeout(TIMEOUT_MS) })).json()).then(({ entries }) => entries.map((entry) => ({ entry, title: toWords(entry.t).join(" "), words: toWords([entry.t, ...(entry.a ?? [])].join(" ")).join(" ") })));
  const list = await titleListPromise.catch((error) => ((titleListPromise = null), Promise.reject(error)));
  hasTitles = true;
  const queryWords = toWords(text);
  const query = queryWords.join(" ");
  if (!queryWords.length) return suggestTitles(list.map(({ entry }) => entry), limit);
  const matches = [];
  list.forEach(({ entry, title, words }, rank) => {
    const positions = queryWords.map((word) => words.indexOf(word));
    if (positions.some((position) => position < 0)) return;
    const wordStarts = positions.filter((position) => position === 0 || words[position - 1] === " ").length;
    // The record whose title is typed stands before terms that have the words among their other names.
    const meant = title === query ? 20000 : title.startsWith(query) ? 10000 : 0;
    matches.push({ entry, score: meant + wordStarts * 1000 - rank / 10 - words.length / 10 });
  });
  return matches.sort((a, b) => b.score - a.score).slice(0, limit).map(({ entry }) => entry);
}

/** Suggests playbooks, then the first studies of the list, which are the newest and most linked; terms where there are too few. */
function suggestTitles(entries, limit) {
  const playbooks = entries.filter(({ k }) => k === "playbook").slice(0, 3);
  const studies = entries.filter(({ k }) => k === "case-study").slice(0, limit - playbooks.length);
  return [...playbooks, ...studies, ...entries.filter(({ k }) => k === "term")].slice(0, limit);
}
