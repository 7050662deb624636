// A plain static host that counts: no ranges, no compression, nothing cached by headers, a pause before every answer.
import { createServer } from "node:http";
import { read } from "../../tests/browser/files.mjs";

/** Serves a folder; `counted` runs some work and answers what the host had to send for it, the engine's own code apart. */
export async function serve(folder, delay) {
  let counts = { requests: 0, bytes: 0, wasm: 0 };
  const server = createServer((request, response) => {
    const file = read(folder, decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    counts.requests += 1;
    counts[/\.wasm\.gz$|\/wasm\./.test(request.url) ? "wasm" : "bytes"] += file?.bytes.length ?? 0;
    setTimeout(() => {
      response.writeHead(file ? 200 : 404, { "content-type": file?.type ?? "text/plain", "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" });
      response.end(file?.bytes ?? "");
    }, delay);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  server.unref();
  return {
    base: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
    async counted(work) {
      counts = { requests: 0, bytes: 0, wasm: 0 };
      const said = await work();
      return { ...counts, ...said };
    },
  };
}
