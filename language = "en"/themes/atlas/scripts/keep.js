// Registers the service worker, which stores opened pages for offline reading.
import { root } from "./site.js";

// Under `casebook serve` no page may be stored: it would appear when the server has stopped, or for another site on the same port.
// A worker that is registered there is removed.
const previewScript = document.querySelector('script[src^="/_casebook/"]');

async function start() {
  const registration = await navigator.serviceWorker.getRegistration(root);
  if (previewScript) return registration?.scope === root.href && registration.unregister();
  const isFirstVisit = !navigator.serviceWorker.controller;
  await navigator.serviceWorker.register(new URL("service-worker.js", root), { scope: root.pathname });
  if (!isFirstVisit) return;
  // This page was loaded before the worker, so its files are sent to the worker to be stored.
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  active.postMessage({ keep: [location.href, ...files] });
}

// Without a secure context or storage there is no worker, and everything else works.
if ("serviceWorker" in navigator) start().catch(() => {});
