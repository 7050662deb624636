// Highlights the words of the search that led to this page; the URL has them as `?mark=`, in lower case and without diacritics.
const searchWords = (new URLSearchParams(location.search).get("mark") ?? "").split(" ").filter((word) => word.length > 1).slice(0, 8);
const prose = document.querySelector(".prose");
const MAX_MARKED_NODES = 200;

/** The ranges of the words in a text, as pairs of start and end. Characters are folded singly, so that "indicacao" matches "indicação". */
function findRanges(text) {
  const starts = [];
  let folded = "";
  for (const { segment, index } of characters(text)) {
    const plain = segment.toLowerCase().normalize("NFKD").replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, "").replaceAll("ı", "i");
    for (let position = 0; position < plain.length; position += 1) starts.push([index, index + segment.length]);
    folded += plain;
  }
  const found = [];
  for (const word of searchWords) {
    for (let position = folded.indexOf(word); position >= 0; position = folded.indexOf(word, position + word.length)) found.push([starts[position][0], starts[position + word.length - 1][1]]);
  }
  return found.sort((a, b) => a[0] - b[0]).filter(([start], index, all) => index === 0 || start >= all[index - 1][1]);
}

function* characters(text) {
  let index = 0;
  for (const segment of text) {
    yield { segment, index };
    index += segment.length;
  }
}

function markNode(node) {
  const { data } = node;
  const parts = [];
  let position = 0;
  for (const [from, to] of findRanges(data)) {
    const marked = document.createElement("mark");
    marked.textContent = data.slice(from, to);
    parts.push(data.slice(position, from), marked);
    position = to;
  }
  if (parts.length) node.replaceWith(...parts, data.slice(position));
  return parts.length > 0;
}

if (searchWords.length && prose) {
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  let count = 0;
  for (const node of texts) if (count < MAX_MARKED_NODES && markNode(node)) count += 1;
}
