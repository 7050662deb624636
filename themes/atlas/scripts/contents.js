// Marks the part of the page that is being read in its table of contents.
const links = [...document.querySelectorAll(".contents a, .reading-contents a")];

if (links.length) {
  const places = new Map(links.map((link) => [document.getElementById(decodeURIComponent(link.hash.slice(1))), link]));
  const mark = (place) => links.forEach((link) => link.classList.toggle("here", link === places.get(place)));
  const seen = new IntersectionObserver((entries) => {
    const here = entries.find((entry) => entry.isIntersecting);
    if (here) mark(here.target);
  }, { rootMargin: "-15% 0px -70% 0px" });
  places.forEach((_, place) => place && seen.observe(place));
}
