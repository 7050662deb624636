// The offline page: lists the stored pages, most recent first.
import { element } from "./dom.js";
import { root } from "./site.js";

const MAX_PAGES = 40;
const container = document.querySelector("[data-stored]");

async function loadStoredTitles() {
  const pages = await caches.open(`casebook-pages-1 ${root.href}`);
  const urls = (await pages.keys()).map(({ url }) => url).filter((url) => url.endsWith("/")).reverse().slice(0, MAX_PAGES);
  return Promise.all(urls.map(async (url) => {
    const parsed = new DOMParser().parseFromString(await (await pages.match(url)).text(), "text/html");
    return [url, (parsed.querySelector("h1") ?? parsed.querySelector("title"))?.textContent.trim() || url, parsed.documentElement.lang];
  }));
}

loadStoredTitles().then((found) => {
  container.querySelector("ul").append(...found.map(([url, title, lang]) => element("li", {}, element("a", { href: url, lang }, title))));
  container.hidden = found.length === 0;
}, () => {});
