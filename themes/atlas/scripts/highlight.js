// Marks the words that led here from the search; the address carries them as `?mark=`.
const words = (new URLSearchParams(location.search).get("mark") ?? "").split(" ").filter((word) => word.length > 1).slice(0, 8);
const story = document.querySelector(".prose");

if (words.length && story) {
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "giu");
  const walker = document.createTreeWalker(story, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (pattern.test(walker.currentNode.data)) texts.push(walker.currentNode);
  for (const node of texts.slice(0, 200)) {
    const parts = node.data.split(pattern).map((part, index) => {
      if (index % 2 === 0) return part;
      const mark = document.createElement("mark");
      mark.textContent = part;
      return mark;
    });
    node.replaceWith(...parts);
  }
}
