// Opens the folded part of a page in which the addressed element is, for browsers that do not do so themselves.

const openAtAnchor = () => {
  const addressed = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = addressed && addressed.closest("details:not([open])");
  if (!folded) return;
  folded.open = true;
  addressed.scrollIntoView();
};

openAtAnchor();
addEventListener("hashchange", openAtAnchor);
