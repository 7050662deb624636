// Marks the words that led here from the search; the address carries them as `?mark=`, without capitals and accents.
const words = (new URLSearchParams(location.search).get("mark") ?? "").split(" ").filter((word) => word.length > 1).slice(0, 8);
const story = document.querySelector(".prose");
const MOST = 200;

/** The places of the words in a text, as pairs of start and end: letters are compared one by one, so that "indicacao" meets "indicação". */
function places(text) {
  const starts = [];
  let folded = "";
  for (const { segment, index } of letters(text)) {
    const plain = segment.toLowerCase().normalize("NFKD").replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, "").replaceAll("ı", "i");
    for (let at = 0; at < plain.length; at += 1) starts.push([index, index + segment.length]);
    folded += plain;
  }
  const found = [];
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) found.push([starts[at][0], starts[at + word.length - 1][1]]);
  }
  return found.sort((a, b) => a[0] - b[0]).filter(([start], index, all) => index === 0 || start >= all[index - 1][1]);
}

function* letters(text) {
  let index = 0;
  for (const segment of text) {
    yield { segment, index };
    index += segment.length;
  }
}

function mark(node) {
  const { data } = node;
  const parts = [];
  let at = 0;
  for (const [from, to] of places(data)) {
    const marked = document.createElement("mark");
    marked.textContent = data.slice(from, to);
    parts.push(data.slice(at, from), marked);
    at = to;
  }
  if (parts.length) node.replaceWith(...parts, data.slice(at));
  return parts.length > 0;
}

if (words.length && story) {
  const walker = document.createTreeWalker(story, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  let count = 0;
  for (const node of texts) if (count < MOST && mark(node)) count += 1;
}
