// Casebook's search, driven through the very module that its pages use.
export const name = "casebook";
export const can = () => true;

export async function open(page) {
  return page.evaluate(async () => {
    const Plain = globalThis.Worker;
    // Kept, so that it can be asked for its rounds.
    globalThis.Worker = class extends Plain {
      constructor(...given) {
        super(...given);
        globalThis.searchWorker = this;
      }
    };
    const from = performance.now();
    const main = document.querySelector('script[src$="/main.js"]').src;
    globalThis.engine = await import(new URL("engine.js", main));
    await globalThis.engine.open();
    return { milliseconds: performance.now() - from };
  });
}

export function search(page, query) {
  return page.evaluate(async ({ text, filters = {}, prefix = false }) => {
    const from = performance.now();
    const response = await globalThis.engine.search({ text, filters, prefix_last: prefix, limit: 10, facets: Object.keys(filters).length ? ["*"] : [] });
    const milliseconds = performance.now() - from;
    globalThis.hits = response.hits;
    const stats = await new Promise((done) => {
      const id = `bench-${Math.random()}`;
      const heard = ({ data }) => data.id === id && (globalThis.searchWorker.removeEventListener("message", heard), done(data.result));
      globalThis.searchWorker.addEventListener("message", heard);
      globalThis.searchWorker.postMessage({ id, type: "stats" });
    });
    return { milliseconds, rounds: stats.last.rounds };
  }, query);
}

export function excerpts(page, query) {
  return page.evaluate(async ({ text }) => {
    const from = performance.now();
    await globalThis.engine.excerpts(text, globalThis.hits);
    return { milliseconds: performance.now() - from };
  }, query);
}

/** Milliseconds of every letter of a word that was typed before; the middle of three times, because machines are busy. */
export function keystrokes(page, word) {
  return page.evaluate(async (word) => {
    const type = async () => {
      const took = [];
      for (let length = 1; length <= word.length; length += 1) {
        const from = performance.now();
        await globalThis.engine.search({ text: word.slice(0, length), prefix_last: true, limit: 10 });
        took.push(performance.now() - from);
      }
      return took;
    };
    await type();
    const times = [await type(), await type(), await type()];
    return times[0].map((_, letter) => times.map((took) => took[letter]).sort((a, b) => a - b)[1]);
  }, word);
}
