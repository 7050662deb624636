// The search worker: loads the engine, fetches what a question misses in parallel rounds, answers messages (`search/PROTOCOL.md`).
// The engine part is put in front of this file when the site is built, so that the worker is one file.

const CACHE = "casebook-search-1";
const MOST_ROUNDS = 12;
const AT_ONCE = 24;

const counts = { requests: 0, bytes: 0, rounds: 0, cached: 0, last: null };
let base;
let manifest;
let module;
let engine;
let ready;
/** The newest search of each asker: the dialog must not take its answer from the page under it. */
const newest = new Map();
let cache;

self.addEventListener("message", ({ data }) => {
  answer(data).then(
    (result) => self.postMessage({ id: data.id, ok: true, result }),
    (error) => self.postMessage({ id: data.id, ok: false, error: plain(error) }),
  );
});

function plain(error) {
  if (error instanceof SearchError) return { code: error.code, message: error.message };
  return { code: "crashed", message: String(error?.message ?? error) };
}

async function answer(message) {
  switch (message?.type) {
    case "open":
      ready ??= open(message.base, message.manifest);
      try {
        return await ready;
      } catch (error) {
        ready = undefined;
        throw error;
      }
    case "search":
      newest.set(message.asker, message.id);
      return ask({ type: "search", request: message.request ?? {} }, () => newest.get(message.asker) !== message.id);
    case "excerpts":
      return ask({ type: "excerpts", text: message.text, hits: message.hits });
    case "suggest":
      return ask({ type: "suggest", text: message.text, limit: message.limit });
    case "stats":
      return counts;
    default:
      throw new SearchError("bad-request", "the message has no known type");
  }
}

async function open(address, given) {
  if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") {
    throw new SearchError("no-wasm", "this browser does not run WebAssembly");
  }
  base = address;
  cache = await openCache();
  self.postMessage({ type: "progress", stage: "wasm" });
  // The page has asked for the manifest already, and both must mean the same build.
  manifest = isManifest(given) ? given : await readManifest();
  const opening = fetchFile(manifest.opening);
  opening.catch(() => {});
  module = await compile(manifest.wasm);
  self.postMessage({ type: "progress", stage: "opening" });
  const opened = await start(await opening);
  self.postMessage({ type: "progress", stage: "ready" });
  forgetOld();
  return opened;
}

async function start(opening) {
  engine = await Engine.start(module);
  return engine.open(opening);
}

async function restart() {
  await start(await fetchFile(manifest.opening));
}

async function readManifest() {
  const address = new URL("manifest.json", base);
  try {
    const response = await fetchOrCache(address.href, { cache: "no-cache" });
    const read = await response.json();
    if (isManifest(read)) return read;
  } catch (error) {
    if (error instanceof SearchError) throw error;
  }
  throw new SearchError("foreign-file", "search/manifest.json is not the manifest of a search index");
}

function isManifest(read) {
  return read?.format === 1 && typeof read.opening === "string";
}

/** The manifest is asked for anew each time; without a network the last one serves. */
async function fetchOrCache(address, options) {
  try {
    const response = await fetch(address, options);
    counts.requests += 1;
    if (!response.ok) throw new SearchError("not-found", `${address} is missing (${response.status})`);
    await keep(address, response.clone());
    return response;
  } catch (error) {
    const kept = error instanceof SearchError ? undefined : await cache?.match(address);
    if (kept) return kept;
    throw error instanceof SearchError ? error : new SearchError("offline", "the network is away");
  }
}

async function compile(name) {
  const bytes = await bytesOf(name);
  let plainBytes;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    plainBytes = await new Response(stream).arrayBuffer();
  } catch {
    // A host that inflates `.gz` files on the way has done the work already.
    plainBytes = bytes.buffer;
  }
  const magic = new Uint8Array(plainBytes, 0, Math.min(4, plainBytes.byteLength));
  if (magic[0] !== 0 || magic[1] !== 0x61 || magic[2] !== 0x73 || magic[3] !== 0x6d) {
    throw new SearchError("foreign-file", `${name} is not the search engine; the server may have answered with a page of its own`);
  }
  try {
    return await WebAssembly.compile(plainBytes);
  } catch (error) {
    throw new SearchError("no-wasm", `WebAssembly may not run here: ${error.message}`);
  }
}

async function ask(question, superseded = () => false) {
  if (!ready) throw new SearchError("bad-request", "nothing is open");
  await ready;
  const before = { requests: counts.requests, bytes: counts.bytes, rounds: counts.rounds };
  const from = performance.now();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (superseded()) throw new SearchError("superseded", "a newer search was sent");
    const step = await attempt(question);
    if (!step.missing) {
      counts.last = {
        requests: counts.requests - before.requests,
        bytes: counts.bytes - before.bytes,
        rounds: counts.rounds - before.rounds,
        milliseconds: performance.now() - from,
      };
      return step.done;
    }
    counts.rounds += 1;
    await addAll(step.missing);
  }
  throw new SearchError("damaged", "the search index asks for ever more files");
}

async function attempt(question) {
  try {
    return engine.call(question);
  } catch (error) {
    if (error.code === "crashed") await restart();
    throw error;
  }
}

async function addAll(names) {
  const waiting = [...names];
  const lanes = Array.from({ length: Math.min(AT_ONCE, waiting.length) }, async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      engine.add(name, await fetchFile(name));
    }
  });
  await Promise.all(lanes);
}

async function fetchFile(name) {
  return inflate(await bytesOf(name), name);
}

/** The bytes of a file whose name changes with its content: from the cache for good, else from the network. */
async function bytesOf(name) {
  const address = new URL(name, base).href;
  const kept = await cache?.match(address).catch(() => undefined);
  if (kept) {
    counts.cached += 1;
    return new Uint8Array(await kept.arrayBuffer());
  }
  let response;
  try {
    response = await fetch(address);
  } catch {
    throw new SearchError("offline", `${name} cannot be fetched: the network is away`);
  }
  if (!response.ok) throw new SearchError("not-found", `${name} is missing (${response.status})`);
  const copy = response.clone();
  const bytes = new Uint8Array(await response.arrayBuffer());
  counts.requests += 1;
  counts.bytes += bytes.length;
  // What is no index file (an error page with status 200) must not be kept for good.
  if (isOurs(bytes)) await keep(address, copy);
  return bytes;
}

function isOurs(bytes) {
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const wasm = bytes[0] === 0 && bytes[1] === 0x61;
  return gzip || wasm || (bytes[0] === 0x43 && bytes[1] === 0x42 && bytes[2] === 0x4b && bytes[3] === 0x53);
}

async function openCache() {
  try {
    return await self.caches?.open(CACHE);
  } catch {
    return undefined;
  }
}

async function keep(address, response) {
  try {
    await cache?.put(address, response);
  } catch {
    // Storage is full or denied: go on without it.
    cache = undefined;
  }
}

/** Drops opening files and engines of earlier builds; blocks go with them when the opening is not the kept one's. */
async function forgetOld() {
  try {
    const current = new Set([manifest.opening, manifest.wasm].map((name) => new URL(name, base).href));
    const requests = (await cache?.keys()) ?? [];
    const mine = requests.filter((request) => request.url.startsWith(base));
    const outdated = mine.filter((request) => /\/(opening|search)\.[0-9a-f]+\./.test(request.url) && !current.has(request.url));
    if (outdated.length === 0) return;
    // Blocks of an older index are of no use any more; texts and rows keep their names while their content stays.
    const blocks = mine.filter((request) => /\/(term|idx|pos|fast|fieldnorm|store|lexicon|keys)\/[0-9a-f]+-/.test(request.url));
    await Promise.all([...outdated, ...blocks].map((request) => cache.delete(request)));
  } catch {
    // Tidying may fail; nothing depends on it.
  }
}
