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

/** Pagefind's answer names ten files, each with title, address and excerpt of a result: without these nothing can be shown. */
export function search(page, query) {
  return page.evaluate(async ({ text }) => {
    const start = performance.now();
    globalThis.found = (await globalThis.pagefind.search(text)).results.slice(0, 10);
    await Promise.all(globalThis.found.map((result) => result.data()));
    return { milliseconds: performance.now() - start };
  }, query);
}

/** The excerpts have come with the titles. */
export const excerpts = () => ({ milliseconds: 0 });

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
