// The service worker: what was opened once can be opened without a network. The generator puts the list ASSETS in front of
// this file and publishes it at the root of the site, which is what it answers for, below a sub-path too. It also puts a
// hash of all addresses there: where a page was added or withdrawn, this is another worker, and takes over.
//
// - What was withdrawn is withdrawn here too, at the next visit, with every stored copy that names it.
// - Pages, data and images come from the network; the stored copy answers when the network is away or silent for too long.
// - Styles, scripts and fonts carry a hash of their content in their names, so a stored copy is right for ever.
// - Index files and engine are kept by the search worker itself; storing them here too would double them.

const SCOPE = self.registration.scope;
/** Below the address of the site, because all sites of a host share one storage. */
const PAGES = `casebook-pages-1 ${SCOPE}`;
const ASSETS_KEPT = `casebook-assets-1 ${SCOPE}`;
/** Where the search worker keeps the index, of all sites of the host. */
const INDEX = "casebook-search-1";
const OFFLINE = new URL("offline.html", SCOPE).href;
/** How long the network may take before the stored copy is shown. */
const PATIENCE = 3000;
/** How many pages, data files and images are kept, newest first. */
const MOST_PAGES = 150;
/** So many assets may pile up before those that no stored page uses are dropped. */
const MOST_ASSETS = 120;
/** How many stored pages are asked for at once, when some may have been withdrawn. */
const ASKED_AT_ONCE = 6;
/** What is larger (the rows of a very large hub, a photograph) is not worth the reader's storage. */
const MOST_BYTES = 8_000_000;

const HASHED = /^assets\/|^search\/(worker|first)\.[0-9a-f]+\./;
const DATA = /^data\/[^/]+\.json$|^search\/manifest\.json$/;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(install());
});
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const answer = answerer(event.request);
  if (answer) event.respondWith(answer(event));
});
// A page that was opened before this worker ran tells what it is made of.
self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(Promise.allSettled(event.data.keep.map(keepOpened)));
});

async function install() {
  const kept = await caches.open(ASSETS_KEPT);
  await kept.put(OFFLINE, await offlinePage());
  // What cannot be had now is fetched when it is needed.
  await Promise.allSettled(ASSETS.map(async (path) => {
    const address = new URL(path, SCOPE).href;
    if (!(await kept.match(address))) await kept.add(address);
  }));
}

/** The offline page is shown at any address, so what it refers to is written out from the root of the host. */
async function offlinePage() {
  const response = await fetch(OFFLINE, { cache: "no-cache" });
  if (!response.ok) throw new Error(`offline.html: ${response.status}`);
  const page = (await response.text()).replace(/ (href|src|action)="([^"#][^"]*)"/g, (whole, name, to) => ` ${name}="${new URL(to, SCOPE)}"`);
  const headers = new Headers(response.headers);
  // The text is another now, and no longer compressed.
  for (const name of ["content-encoding", "content-length", "etag"]) headers.delete(name);
  return new Response(page, { headers });
}

async function activate() {
  const mine = (name) => name.startsWith("casebook-") && name.endsWith(` ${SCOPE}`);
  const old = (await caches.keys()).filter((name) => mine(name) && name !== PAGES && name !== ASSETS_KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
  await forgetWithdrawn().catch(() => {});
  await self.clients.claim();
}

/** Drops stored pages and files that the host has no longer, every stored copy that names one of them, and the index of before. */
async function forgetWithdrawn() {
  const pages = await caches.open(PAGES);
  const waiting = (await pages.keys()).map(({ url }) => url);
  const gone = [];
  const ask = async () => {
    for (let url = waiting.pop(); url; url = waiting.pop()) {
      const { status } = await fetch(url, { method: "HEAD", cache: "no-cache" });
      if (status === 404 || status === 410) gone.push(url);
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask));
  if (gone.length === 0) return;
  // Data files name a record without the folder of its kind.
  const paths = gone.map((url) => pathOf(url).split("/").slice(-3).join("/")).filter((path) => path.length > 3);
  for (const request of await pages.keys()) {
    const text = (await (await pages.match(request))?.text()) ?? "";
    if (gone.includes(request.url) || paths.some((path) => text.includes(path))) await pages.delete(request);
  }
  const kept = await caches.open(ASSETS_KEPT);
  for (const { url } of await kept.keys()) if (pathOf(url).startsWith("search/first.")) await kept.delete(url);
  const index = await caches.open(INDEX);
  for (const { url } of await index.keys()) if (url.startsWith(SCOPE) && !url.endsWith(".wasm.gz")) await index.delete(url);
}

/** What answers a request, or nothing where the browser does it best by itself. */
function answerer(request) {
  if (request.method !== "GET" || !request.url.startsWith(SCOPE) || request.headers.has("range")) return null;
  const path = pathOf(request.url);
  if (HASHED.test(path)) return fromStorage;
  if (request.mode === "navigate" || request.destination === "image" || DATA.test(path)) return fromNetwork;
  return null;
}

function pathOf(address) {
  return address.slice(SCOPE.length).split(/[?#]/)[0];
}

/** One stored copy for a page, whatever its query says. */
function keyOf(address) {
  return new URL(pathOf(address), SCOPE).href;
}

/** Cache first: the name says which content it is. */
async function fromStorage({ request }) {
  const kept = await storage(ASSETS_KEPT);
  const copy = await kept?.match(request.url).catch(() => undefined);
  if (copy) return copy;
  const response = await fetch(request);
  if (isWorth(response)) await kept?.put(request.url, response.clone()).catch(() => {});
  return response;
}

/** Network first. What the network brings after the patience has run out is stored for the next time. */
async function fromNetwork(event) {
  const { request } = event;
  // Asked of the host each time: a copy in the browser's own cache may be older than the site.
  const fetched = fetch(request, { cache: "no-cache" });
  event.waitUntil(fetched.then((response) => keep(request, response.clone())).catch(() => {}));
  try {
    return await Promise.race([fetched, silence()]);
  } catch {
    return (await stored(request)) ?? (await fetched.catch(() => instead(request)));
  }
}

function silence() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("silent")), PATIENCE));
}

async function stored(request) {
  // The search worker keeps the index's manifest in a storage of its own.
  const options = { ignoreVary: true };
  const copy = await (await storage(PAGES))?.match(keyOf(request.url), options);
  return copy ?? caches.match(keyOf(request.url), options).catch(() => undefined);
}

async function instead(request) {
  const page = request.mode === "navigate" && (await (await storage(ASSETS_KEPT))?.match(OFFLINE));
  return page || Response.error();
}

async function keep(request, response) {
  const kept = await storage(PAGES);
  const path = pathOf(request.url);
  if (!kept || path === "search/manifest.json") return;
  if (response.status === 404 || response.status === 410) return void (await kept.delete(keyOf(request.url)));
  if (!isWorth(response) || (request.mode === "navigate" && !isPage(response))) return;
  await kept.put(keyOf(request.url), response);
  await forgetOld(kept);
}

/** Stores a page or file that was opened before this worker ran; the browser has it still, so nothing is fetched twice. */
async function keepOpened(address) {
  if (typeof address !== "string" || !address.startsWith(SCOPE)) return;
  const path = pathOf(address);
  const name = HASHED.test(path) ? ASSETS_KEPT : PAGES;
  if (name === PAGES && path !== "" && !path.endsWith("/") && !path.endsWith(".html") && !DATA.test(path)) return;
  const kept = await storage(name);
  const key = name === PAGES ? keyOf(address) : address;
  if (!kept || path === "search/manifest.json" || (await kept.match(key))) return;
  const response = await fetch(key, { cache: name === PAGES ? "no-cache" : "default" });
  if (isWorth(response) && !response.redirected) await kept.put(key, response);
}

function isWorth(response) {
  return response.status === 200 && response.type === "basic" && !(Number(response.headers.get("content-length")) > MOST_BYTES);
}

function isPage(response) {
  return (response.headers.get("content-type") ?? "").startsWith("text/html");
}

/** Drops the pages that were stored longest ago, then the assets that no stored page uses any more. */
async function forgetOld(pages) {
  const all = await pages.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - MOST_PAGES)).map((request) => pages.delete(request)));
  const kept = await caches.open(ASSETS_KEPT);
  const assets = await kept.keys();
  if (assets.length <= MOST_ASSETS) return;
  const used = await named(pages, kept);
  const unused = assets.filter(({ url }) => url !== OFFLINE && !used(pathOf(url)));
  await Promise.all(unused.map((request) => kept.delete(request)));
}

/** Whether a page that is stored, or the theme of today, names an asset; scripts and search files count by their folder. */
async function named(pages, kept) {
  const texts = [JSON.stringify(ASSETS)];
  for (const request of await pages.keys()) texts.push((await (await pages.match(request))?.text()) ?? "");
  for (const request of await kept.keys()) if (request.url.endsWith(".css")) texts.push(await (await kept.match(request)).text());
  const text = texts.join("\n");
  const newest = (await kept.keys()).map(({ url }) => pathOf(url)).filter((path) => path.startsWith("search/")).slice(-2);
  return (path) => newest.includes(path) || (!path.startsWith("search/") && text.includes(path.split("/")[1]));
}

/** Storage that is full or denied is no reason to answer nothing. */
async function storage(name) {
  try {
    return await caches.open(name);
  } catch {
    return undefined;
  }
}
