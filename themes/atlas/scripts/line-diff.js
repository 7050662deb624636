// Which lines of a text another has changed.

/**
 * The lines of two texts as `{kind, text}` in their order: `same`, `old` or `new`. Lines of which many are the same stay together
 * (longest common subsequence).
 */
export function diffLines(before, after) {
  const [old, now] = [before, after].map((text) => text.replace(/\r?\n$/, "").split(/\r?\n/));
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const [middleOld, middleNow] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  const lines = old.slice(0, start).map((text) => ({ kind: "same", text }));
  lines.push(...diffMiddle(middleOld, middleNow));
  return [...lines, ...old.slice(old.length - end).map((text) => ({ kind: "same", text }))];
}

/** The most cells of the table of common lines; larger parts are shown as all old, then all new. */
const MAX_CELLS = 4_000_000;

function diffMiddle(old, now) {
  const replaced = () => [...old.map((text) => ({ kind: "old", text })), ...now.map((text) => ({ kind: "new", text }))];
  if (old.length * now.length > MAX_CELLS) return replaced();
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = now.length - 1; b >= 0; b -= 1) {
      common[a * width + b] = old[a] === now[b] ? common[(a + 1) * width + b + 1] + 1 : Math.max(common[(a + 1) * width + b], common[a * width + b + 1]);
    }
  }
  const lines = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < now.length) {
    if (a < old.length && b < now.length && old[a] === now[b]) {
      lines.push({ kind: "same", text: old[a] });
      a += 1;
      b += 1;
    } else if (b >= now.length || (a < old.length && common[(a + 1) * width + b] >= common[a * width + b + 1])) {
      lines.push({ kind: "old", text: old[a] });
      a += 1;
    } else {
      lines.push({ kind: "new", text: now[b] });
      b += 1;
    }
  }
  return lines;
}

/** The changed lines with up to `context` unchanged ones around each; a null stands for lines that are left out. */
export function shortenDiff(lines, context = 1) {
  const isNear = (at) => lines.slice(Math.max(0, at - context), at + context + 1).some(({ kind }) => kind !== "same");
  const shown = [];
  lines.forEach((line, at) => {
    if (isNear(at)) shown.push(line);
    else if (shown.length && shown.at(-1) !== null) shown.push(null);
  });
  if (shown.at(-1) === null) shown.pop();
  return shown;
}
