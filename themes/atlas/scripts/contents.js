// Marks the section that is being read in the table of contents, and closes the folded one of a narrow window after a choice.
const links = [...document.querySelectorAll(".contents a, .contents-fold a, .reading-contents a")];

if (links.length) {
  const findHeading = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const headings = new Set(links.map(findHeading).filter(Boolean));
  const markCurrent = (heading) => links.forEach((link) => link.classList.toggle("here", findHeading(link) === heading));
  const observer = new IntersectionObserver((entries) => {
    const visible = entries.find((entry) => entry.isIntersecting);
    if (visible) markCurrent(visible.target);
  }, { rootMargin: "-15% 0px -70% 0px" });
  headings.forEach((heading) => observer.observe(heading));
}

const fold = document.querySelector(".contents-fold");

if (fold) {
  const close = () => (fold.open = false);
  fold.addEventListener("click", ({ target }) => target.closest("a") && close());
  // Whatever leaves the open list, by pointer or keyboard, closes it, because it lies above the text.
  addEventListener("pointerdown", ({ target }) => fold.contains(target) || close());
  fold.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !fold.contains(relatedTarget) && close());
  fold.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !fold.open) return;
    close();
    fold.querySelector("summary").focus();
  });
}
