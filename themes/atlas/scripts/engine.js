// The client of the search worker, and a search in the list of titles for as long as the worker is not ready or where it cannot run.
import { root } from "./site.js";

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

async function fetchManifest() {
  const response = await fetch(new URL("manifest.json", base), { cache: "no-cache", signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => null);
  if (!response) throw codedError("offline");
  if (!response.ok) throw codedError("not-found");
  return response.json().catch(() => {
    throw codedError("foreign-file");
  });
}

let manifestPromise = null;
const loadManifest = () => (manifestPromise ??= fetchManifest().catch((error) => ((manifestPromise = null), Promise.reject(error))));

/** Starts the engine on the first call; resolves to its description of the index. */
export function open() {
  openPromise ??= startWorker().catch((error) => {
    // An error without a code comes from the browser, for example because workers are not allowed.
    errorCode = typeof error.code === "string" ? error.code : "no-wasm";
    throw codedError(errorCode);
  });
  return openPromise;
}

async function startWorker() {
  const { worker: script } = await loadManifest();
  worker = new Worker(new URL(script, base), { type: "module" });
  worker.addEventListener("message", ({ data }) => handleAnswer(data));
  worker.addEventListener("error", () => {
    pendingRequests.forEach(({ reject }) => reject(codedError("no-wasm")));
    pendingRequests.clear();
  });
  const opening = await sendRequest({ type: "open", base: base.href });
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
  titleListPromise ??= loadManifest().then(async ({ first: path }) => (await fetch(new URL(path, base), { signal: AbortSignal.timeout(TIMEOUT_MS) })).json()).then(({ entries }) => entries.map((entry) => ({ entry, words: fold([entry.t, ...(entry.a ?? [])].join(" ")) })));
  const list = await titleListPromise.catch((error) => ((titleListPromise = null), Promise.reject(error)));
  hasTitles = true;
  const queryWords = fold(text).split(" ").filter(Boolean);
  if (!queryWords.length) return suggestTitles(list.map(({ entry }) => entry), limit);
  const matches = [];
  list.forEach(({ entry, words }, rank) => {
    const positions = queryWords.map((word) => words.indexOf(word));
    if (positions.some((position) => position < 0)) return;
    const wordStarts = positions.filter((position) => position === 0 || words[position - 1] === " ").length;
    matches.push({ entry, score: wordStarts * 1000 - rank / 10 - words.length / 10 });
  });
  return matches.sort((a, b) => b.score - a.score).slice(0, limit).map(({ entry }) => entry);
}

/** Suggests playbooks, then the first studies of the list, which are the newest and most linked; terms where there are too few. */
function suggestTitles(entries, limit) {
  const playbooks = entries.filter(({ k }) => k === "playbook").slice(0, 3);
  const studies = entries.filter(({ k }) => k === "case-study").slice(0, limit - playbooks.length);
  return [...playbooks, ...studies, ...entries.filter(({ k }) => k === "term")].slice(0, limit);
}

/** Lower case without diacritics and invisible characters, so that "indicacao" matches "indicação". */
export function fold(text) {
  return text.toLocaleLowerCase().normalize("NFKD").replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, "").replaceAll("ı", "i").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
