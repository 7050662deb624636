// A static server that counts requests and bytes: no range requests, no compression, no caching headers, a delay before every response.
import { createServer } from "node:http";
import { readPublished } from "../../tests/browser/files.mjs";

/** Serves a folder with `delay` milliseconds before every response; `measure` runs `work` and returns its result with the requests and bytes it caused, wasm separately. */
export async function serve(folder, delay) {
  let counts = { requests: 0, bytes: 0, wasm: 0 };
  const server = createServer((request, response) => {
    const file = readPublished(folder, decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    counts.requests += 1;
    counts[/\.wasm\.gz$|\/wasm\./.test(request.url) ? "wasm" : "bytes"] += file?.bytes.length ?? 0;
    setTimeout(() => {
      response.writeHead(file ? 200 : 404, { "content-type": file?.type ?? "text/plain", "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" });
      response.end(file?.bytes ?? "");
    }, delay);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return {
    base: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
    async measure(work) {
      counts = { requests: 0, bytes: 0, wasm: 0 };
      const result = await work();
      return { ...counts, ...result };
    },
  };
}
