// Adapter for Pagefind on the same pages. Filters are not supported, because the pages do not have Pagefind's attributes.
export const name = "pagefind";
export const supports = (kind) => kind !== "faceted";

export async function open(page) {
  return page.evaluate(async () => {
    const start = performance.now();
    globalThis.pagefind = await import("/pagefind/pagefind.js");
    await globalThis.pagefind.init();
    return { milliseconds: performance.now() - start };
  });
}

export function search(page, query) {
  return page.evaluate(async ({ text }) => {
    const start = performance.now();
    globalThis.found = (await globalThis.pagefind.search(text)).results.slice(0, 10);
    return { milliseconds: performance.now() - start };
  }, query);
}

/** Pagefind loads title and excerpt together, in one file for each result. */
export function excerpts(page) {
  return page.evaluate(async () => {
    const start = performance.now();
    await Promise.all(globalThis.found.map((result) => result.data()));
    return { milliseconds: performance.now() - start };
  });
}

export function keystrokes(page, word) {
  return page.evaluate(async (word) => {
    const type = async () => {
      const durations = [];
      for (let length = 1; length <= word.length; length += 1) {
        const start = performance.now();
        const { results } = await globalThis.pagefind.search(word.slice(0, length));
        await Promise.all(results.slice(0, 10).map((result) => result.data()));
        durations.push(performance.now() - start);
      }
      return durations;
    };
    await type();
    const runs = [await type(), await type(), await type()];
    return runs[0].map((_, letter) => runs.map((durations) => durations[letter]).sort((a, b) => a - b)[1]);
  }, word);
}
