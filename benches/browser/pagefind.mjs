// Pagefind on the same pages. It has no filters there, because the pages do not carry its attributes.
export const name = "pagefind";
export const can = (kind) => kind !== "faceted";

export async function open(page) {
  return page.evaluate(async () => {
    const from = performance.now();
    globalThis.pagefind = await import("/pagefind/pagefind.js");
    await globalThis.pagefind.init();
    return { milliseconds: performance.now() - from };
  });
}

export function search(page, query) {
  return page.evaluate(async ({ text }) => {
    const from = performance.now();
    globalThis.found = (await globalThis.pagefind.search(text)).results.slice(0, 10);
    return { milliseconds: performance.now() - from };
  }, query);
}

/** Titles and excerpts come together, a file for each result. */
export function excerpts(page) {
  return page.evaluate(async () => {
    const from = performance.now();
    await Promise.all(globalThis.found.map((result) => result.data()));
    return { milliseconds: performance.now() - from };
  });
}

export function keystrokes(page, word) {
  return page.evaluate(async (word) => {
    const type = async () => {
      const took = [];
      for (let length = 1; length <= word.length; length += 1) {
        const from = performance.now();
        const { results } = await globalThis.pagefind.search(word.slice(0, length));
        await Promise.all(results.slice(0, 10).map((result) => result.data()));
        took.push(performance.now() - from);
      }
      return took;
    };
    await type();
    const times = [await type(), await type(), await type()];
    return times[0].map((_, letter) => times.map((took) => took[letter]).sort((a, b) => a - b)[1]);
  }, word);
}
