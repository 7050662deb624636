// Marks the section that is being read in the table of contents.
const links = [...document.querySelectorAll(".contents a, .reading-contents a")];

if (links.length) {
  const linkByHeading = new Map(links.map((link) => [document.getElementById(decodeURIComponent(link.hash.slice(1))), link]));
  const markCurrent = (heading) => links.forEach((link) => link.classList.toggle("here", link === linkByHeading.get(heading)));
  const observer = new IntersectionObserver((entries) => {
    const visible = entries.find((entry) => entry.isIntersecting);
    if (visible) markCurrent(visible.target);
  }, { rootMargin: "-15% 0px -70% 0px" });
  linkByHeading.forEach((_, heading) => heading && observer.observe(heading));
}
