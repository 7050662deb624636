// The service worker: stores opened pages, so that they can be read offline. The generator prepends the list ASSETS and publishes this
// file at the root of the site, which becomes its scope. It also prepends a hash of all addresses, so that the worker is replaced when
// a page was added or removed.
//
// - Pages that were removed from the site are removed here too, at the next visit, with every stored copy that names them.
// - Pages, data and images are fetched network first; the stored copy is used when the network fails or times out.
// - Styles, scripts and fonts are fetched cache first, because their names have a hash of their content.
// - Index files and engine are stored by the search worker and not here.

const SCOPE = self.registration.scope;
/** The names of caches include the scope, because all sites of a host share one storage. */
const PAGE_CACHE = `casebook-pages-1 ${SCOPE}`;
const ASSET_CACHE = `casebook-assets-1 ${SCOPE}`;
/** The cache of the search worker, with the indexes of all sites of the host. */
const INDEX_CACHE = "casebook-search-1";
const OFFLINE_URL = new URL("offline.html", SCOPE).href;
/** Time in milliseconds after which the stored copy is shown. */
const NETWORK_TIMEOUT_MS = 3000;
/** Largest number of stored pages, data files and images; the oldest are removed first. */
const MAX_PAGES = 150;
/** Number of stored assets beyond which those are removed that no stored page uses. */
const MAX_ASSETS = 120;
/** Number of parallel requests when stored pages are checked for removal. */
const PARALLEL_REQUESTS = 6;
/** Largest size of a stored response in bytes. */
const MAX_BYTES = 8_000_000;

const HASHED_PATH = /^assets\/|^search\/(worker|first)\.[0-9a-f]+\./;
const DATA_PATH = /^data\/[^/]+\.json$|^search\/manifest\.json$/;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(install());
});
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const handler = findHandler(event.request);
  if (handler) event.respondWith(handler(event));
});
// A page that was loaded before this worker was active sends the URLs of its files.
self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(Promise.allSettled(event.data.keep.map(storeOpened)));
});

async function install() {
  const cache = await caches.open(ASSET_CACHE);
  await cache.put(OFFLINE_URL, await fetchOfflinePage());
  // An asset that cannot be fetched now is fetched when it is needed.
  await Promise.allSettled(ASSETS.map(async (path) => {
    const address = new URL(path, SCOPE).href;
    if (!(await cache.match(address))) await cache.add(address);
  }));
}

/** Fetches the offline page and makes its links absolute, because it is shown at any address. */
async function fetchOfflinePage() {
  const response = await fetch(OFFLINE_URL, { cache: "no-cache" });
  if (!response.ok) throw new Error(`offline.html: ${response.status}`);
  const page = (await response.text()).replace(/ (href|src|action)="([^"#][^"]*)"/g, (match, name, target) => ` ${name}="${new URL(target, SCOPE)}"`);
  const headers = new Headers(response.headers);
  // The text has changed and is not compressed.
  for (const name of ["content-encoding", "content-length", "etag"]) headers.delete(name);
  return new Response(page, { headers });
}

async function activate() {
  const isOwnCache = (name) => name.startsWith("casebook-") && name.endsWith(` ${SCOPE}`);
  const oldCaches = (await caches.keys()).filter((name) => isOwnCache(name) && name !== PAGE_CACHE && name !== ASSET_CACHE);
  await Promise.all(oldCaches.map((name) => caches.delete(name)));
  await removeWithdrawn().catch(() => {});
  await self.clients.claim();
}

/** Removes stored pages and files that the host no longer has, every stored copy that names one of them, and the old index. */
async function removeWithdrawn() {
  const pages = await caches.open(PAGE_CACHE);
  const queue = (await pages.keys()).map(({ url }) => url);
  const removedUrls = [];
  const checkNext = async () => {
    for (let url = queue.pop(); url; url = queue.pop()) {
      const { status } = await fetch(url, { method: "HEAD", cache: "no-cache" });
      if (status === 404 || status === 410) removedUrls.push(url);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, checkNext));
  if (removedUrls.length === 0) return;
  // Data files name a record without the folder of its kind.
  const paths = removedUrls.map((url) => pathOf(url).split("/").slice(-3).join("/")).filter((path) => path.length > 3);
  for (const request of await pages.keys()) {
    const text = (await (await pages.match(request))?.text()) ?? "";
    if (removedUrls.includes(request.url) || paths.some((path) => text.includes(path))) await pages.delete(request);
  }
  const cache = await caches.open(ASSET_CACHE);
  for (const { url } of await cache.keys()) if (pathOf(url).startsWith("search/first.")) await cache.delete(url);
  const index = await caches.open(INDEX_CACHE);
  for (const { url } of await index.keys()) if (url.startsWith(SCOPE) && !url.endsWith(".wasm.gz")) await index.delete(url);
}

/** The handler for a request; null where the browser handles it. */
function findHandler(request) {
  if (request.method !== "GET" || !request.url.startsWith(SCOPE) || request.headers.has("range")) return null;
  const path = pathOf(request.url);
  // The editor needs the network, and keeps what it needs itself.
  if (path.startsWith("admin/")) return null;
  if (HASHED_PATH.test(path)) return cacheFirst;
  if (request.mode === "navigate" || request.destination === "image" || DATA_PATH.test(path)) return networkFirst;
  return null;
}

/** The path of an address below the scope, without query and fragment. */
function pathOf(address) {
  return address.slice(SCOPE.length).split(/[?#]/)[0];
}

/** The key of a stored page: its address without query and fragment. */
function cacheKey(address) {
  return new URL(pathOf(address), SCOPE).href;
}

/** Answers from the cache, else from the network. */
async function cacheFirst({ request }) {
  const cache = await openCache(ASSET_CACHE);
  const copy = await cache?.match(request.url).catch(() => undefined);
  if (copy) return copy;
  const response = await fetch(request);
  if (isStorable(response)) await cache?.put(request.url, response.clone()).catch(() => {});
  return response;
}

/** Answers from the network, else from the cache. A response that arrives after the timeout is still stored, so that an old copy is
 * shown once. */
async function networkFirst(event) {
  const { request } = event;
  // Revalidated each time, because the browser's HTTP cache may be older than the site.
  const networkResponse = fetch(request, { cache: "no-cache" });
  event.waitUntil(networkResponse.then((response) => storeResponse(request, response.clone())).catch(() => {}));
  // Who asks for the host's own copy waits for it.
  if (request.cache === "reload") return networkResponse;
  try {
    return await Promise.race([networkResponse, rejectAfterTimeout()]);
  } catch {
    return (await findStoredCopy(request)) ?? (await networkResponse.catch(() => offlineFallback(request)));
  }
}

function rejectAfterTimeout() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("silent")), NETWORK_TIMEOUT_MS));
}

async function findStoredCopy(request) {
  // The manifest of the index is in the cache of the search worker.
  const options = { ignoreVary: true };
  const copy = await (await openCache(PAGE_CACHE))?.match(cacheKey(request.url), options);
  return copy ?? caches.match(cacheKey(request.url), options).catch(() => undefined);
}

async function offlineFallback(request) {
  const page = request.mode === "navigate" && (await (await openCache(ASSET_CACHE))?.match(OFFLINE_URL));
  return page || Response.error();
}

const isManifest = (address) => pathOf(address) === "search/manifest.json";
/** The manifest of the index is kept with the files that it names. */
const pageCacheOf = (address) => (isManifest(address) ? INDEX_CACHE : PAGE_CACHE);

async function storeResponse(request, response) {
  const cache = await openCache(pageCacheOf(request.url));
  if (!cache) return;
  if (response.status === 404 || response.status === 410) return void (await cache.delete(cacheKey(request.url)));
  if (!isStorable(response) || (request.mode === "navigate" && !isPage(response))) return;
  if (isManifest(request.url) && !(await response.clone().json().catch(() => null))?.worker) return;
  await cache.put(cacheKey(request.url), response);
  if (!isManifest(request.url)) await removeOldPages(cache);
}

/** Stores a page or file that was loaded before this worker was active, usually from the browser's HTTP cache. */
async function storeOpened(address) {
  if (typeof address !== "string" || !address.startsWith(SCOPE)) return;
  const path = pathOf(address);
  const name = HASHED_PATH.test(path) ? ASSET_CACHE : PAGE_CACHE;
  if (name === PAGE_CACHE && path !== "" && !path.endsWith("/") && !path.endsWith(".html") && !DATA_PATH.test(path)) return;
  // The page that opened the index has stored its manifest.
  if (isManifest(address)) return;
  const cache = await openCache(name);
  const key = name === PAGE_CACHE ? cacheKey(address) : address;
  if (!cache || (await cache.match(key))) return;
  const response = await fetch(key, { cache: name === PAGE_CACHE ? "no-cache" : "default" });
  if (isStorable(response) && !response.redirected) await cache.put(key, response);
}

function isStorable(response) {
  return response.status === 200 && response.type === "basic" && !(Number(response.headers.get("content-length")) > MAX_BYTES);
}

function isPage(response) {
  return (response.headers.get("content-type") ?? "").startsWith("text/html");
}

/** Removes the oldest pages beyond the limit, then the assets that no stored page uses. */
async function removeOldPages(pages) {
  const all = await pages.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - MAX_PAGES)).map((request) => pages.delete(request)));
  const cache = await caches.open(ASSET_CACHE);
  const assets = await cache.keys();
  if (assets.length <= MAX_ASSETS) return;
  const isUsed = await createUseTest(pages, cache);
  const unused = assets.filter(({ url }) => url !== OFFLINE_URL && !isUsed(pathOf(url)));
  await Promise.all(unused.map((request) => cache.delete(request)));
}

/** Returns a function that tells whether a stored page, a style sheet or the current theme uses an asset. Scripts count by their folder;
 * of the search files the newest two are in use. */
async function createUseTest(pages, cache) {
  const texts = [JSON.stringify(ASSETS)];
  for (const request of await pages.keys()) texts.push((await (await pages.match(request))?.text()) ?? "");
  for (const request of await cache.keys()) if (request.url.endsWith(".css")) texts.push(await (await cache.match(request)).text());
  const text = texts.join("\n");
  const newest = (await cache.keys()).map(({ url }) => pathOf(url)).filter((path) => path.startsWith("search/")).slice(-2);
  return (path) => newest.includes(path) || (!path.startsWith("search/") && text.includes(path.split("/")[1]));
}

/** Opens a cache; undefined where storage is full or denied. */
async function openCache(name) {
  try {
    return await caches.open(name);
  } catch {
    return undefined;
  }
}
