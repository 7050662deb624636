// Starts the service worker, with which pages that were opened can be opened again without a network.
import { root } from "./site.js";

// `casebook serve` is for writing: a stored copy in place of "the server has stopped" would puzzle its reader, and would come
// back on whatever is served at that port next. One left from there before is taken away.
const preview = document.querySelector('script[src^="/_casebook/"]');

async function start() {
  const known = await navigator.serviceWorker.getRegistration(root);
  if (preview) return known?.scope === root.href && known.unregister();
  const first = !navigator.serviceWorker.controller;
  await navigator.serviceWorker.register(new URL("service-worker.js", root), { scope: root.pathname });
  if (!first) return;
  // This page came before the worker: what it consists of is told, so that it too can be opened again.
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  active.postMessage({ keep: [location.href, ...files] });
}

// Without a secure address or with storage denied there is no worker, and everything else works as before.
if ("serviceWorker" in navigator) start().catch(() => {});
