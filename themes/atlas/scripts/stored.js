// The offline page: lists the pages that were opened before.
import { element } from "./dom.js";
import { root } from "./site.js";

const MOST = 40;
const place = document.querySelector("[data-stored]");

async function titles() {
  const pages = await caches.open(`casebook-pages-1 ${root.href}`);
  const kept = (await pages.keys()).map(({ url }) => url).filter((url) => url.endsWith("/")).reverse().slice(0, MOST);
  return Promise.all(kept.map(async (url) => {
    const parsed = new DOMParser().parseFromString(await (await pages.match(url)).text(), "text/html");
    return [url, (parsed.querySelector("h1") ?? parsed.querySelector("title"))?.textContent.trim() || url, parsed.documentElement.lang];
  }));
}

titles().then((found) => {
  place.querySelector("ul").append(...found.map(([url, title, lang]) => element("li", {}, element("a", { href: url, lang }, title))));
  place.hidden = found.length === 0;
}, () => {});
