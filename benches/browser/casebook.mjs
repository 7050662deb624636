// Adapter for Casebook's search: calls the module that its pages load.
export const name = "casebook";

/** The facets that the search page counts at first: those whose panels are open. */
const OPEN_PANELS = ["type", "outcome", "market", "tactic"];

export const supports = () => true;

export async function open(page) {
  return page.evaluate(async () => {
    const PlainWorker = globalThis.Worker;
    // The worker is kept in a global, because `search` queries it for its request rounds.
    globalThis.Worker = class extends PlainWorker {
      constructor(...parameters) {
        super(...parameters);
        globalThis.searchWorker = this;
      }
    };
    const start = performance.now();
    const main = document.querySelector('script[src$="/main.js"]').src;
    globalThis.engine = await import(new URL("engine.js", main));
    await globalThis.engine.open();
    return { milliseconds: performance.now() - start };
  });
}

export function search(page, query) {
  return page.evaluate(async ({ text, filters = {}, OPEN_PANELS }) => {
    const start = performance.now();
    const response = await globalThis.engine.search({ text, filters, limit: 10, facets: Object.keys(filters).length ? OPEN_PANELS : [] });
    const milliseconds = performance.now() - start;
    globalThis.hits = response.hits;
    const stats = await new Promise((done) => {
      const id = `bench-${Math.random()}`;
      const onMessage = ({ data }) => data.id === id && (globalThis.searchWorker.removeEventListener("message", onMessage), done(data.result));
      globalThis.searchWorker.addEventListener("message", onMessage);
      globalThis.searchWorker.postMessage({ id, type: "stats" });
    });
    return { milliseconds, rounds: stats.last.rounds };
  }, { ...query, OPEN_PANELS });
}

export function excerpts(page, query) {
  return page.evaluate(async ({ text }) => {
    const start = performance.now();
    await globalThis.engine.excerpts(text, globalThis.hits);
    return { milliseconds: performance.now() - start };
  }, query);
}

/** Milliseconds for each letter of a word that is typed for the second time or later; the median of three runs. */
export function keystrokes(page, word) {
  return page.evaluate(async (word) => {
    const type = async () => {
      const durations = [];
      for (let length = 1; length <= word.length; length += 1) {
        const start = performance.now();
        await globalThis.engine.search({ text: word.slice(0, length), limit: 10 });
        durations.push(performance.now() - start);
      }
      return durations;
    };
    await type();
    const runs = [await type(), await type(), await type()];
    return runs[0].map((_, letter) => runs.map((durations) => durations[letter]).sort((a, b) => a - b)[1]);
  }, word);
}
