// Writes front matter as the builder writes it (`src/record/front_matter/`), and changes single fields of an existing file.

/** Words that some readers of YAML take for something other than text. */
const RESERVED_WORDS = new Set(["", "~", "=", "<<", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "-.inf", "+.inf", ".nan"]);
/** The longest line in characters. */
const MAX_LINE_WIDTH = 120;
/** The longest text with spaces that stands in a list on one line, in characters. */
const MAX_PHRASE_LENGTH = 30;
const INDENT = 2;
const MUST_ESCAPE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff\ufffe\uffff]/u;
const OUTER_SPACE = /^\p{White_Space}|\p{White_Space}$/u;

/** A value that is written as it is: a number, a day or a flag. Any other text is quoted where it must be. */
export const literal = (text) => ({ literal: String(text) });
const isLiteral = (value) => typeof value === "object" && value !== null && "literal" in value;
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !isLiteral(value);
const count = (text) => [...text].length;

function isTypedLiteral(text) {
  const unsigned = text.replace(/^[+-]+/, "");
  if (!/^\d/.test(unsigned.replace(/^\.+/, ""))) return false;
  return /^[\d_.:+\-eE]*$/.test(unsigned) || /^0[xob][0-9a-f_]*$/i.test(unsigned) || (text[4] === "-" && /^[\d\-:.+ TtZz]*$/.test(text));
}

function isPlainSafe(text, inFlow) {
  return !(/^[-?:,[\]{}#&*!|>'"%@`]/.test(text) || /: | #|:$/.test(text) || (inFlow && /[,:[\]{}]/.test(text)) || text.startsWith("...") || OUTER_SPACE.test(text) || MUST_ESCAPE.test(text) || (text.length <= 5 && RESERVED_WORDS.has(text.toLowerCase())) || isTypedLiteral(text));
}

function quote(text) {
  if (MUST_ESCAPE.test(text)) {
    const named = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
    const escape = (letter) => named[letter] ?? (MUST_ESCAPE.test(letter) ? `\\u${letter.codePointAt(0).toString(16).padStart(4, "0")}` : letter);
    return `"${[...text].map(escape).join("")}"`;
  }
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

const renderText = (text, inFlow) => (isPlainSafe(text, inFlow) ? text : quote(text));

function renderFlow(value) {
  if (isLiteral(value)) return value.literal;
  if (Array.isArray(value)) return `[${value.map(renderFlow).join(", ")}]`;
  if (isMap(value)) return `{${Object.entries(value).map(([key, entry]) => `${renderText(key, true)}: ${renderFlow(entry)}`).join(", ")}}`;
  return renderText(value, true);
}

function isFlowScalar(value) {
  if (isLiteral(value)) return true;
  if (typeof value !== "string") return false;
  return (!/\p{White_Space}/u.test(value) || count(value) <= MAX_PHRASE_LENGTH) && (isPlainSafe(value, true) || !isPlainSafe(value, false));
}

function fitsFlow(value, width) {
  const parts = Array.isArray(value) ? value : isMap(value) ? Object.values(value) : null;
  return parts !== null && parts.every(isFlowScalar) && width + count(renderFlow(value)) <= MAX_LINE_WIDTH;
}

/** The lines of a text with line ends as a literal block, with its header; null where it must be quoted. */
function literalLines(text) {
  const [header, lines] = text.endsWith("\n") ? ["|", text.slice(0, -1)] : ["|-", text];
  const isKept = (line) => !/\p{White_Space}$/u.test(line) && !MUST_ESCAPE.test(line);
  if (lines === "" || /^\p{White_Space}/u.test(lines) || lines.endsWith("\n") || !lines.split("\n").every(isKept)) return null;
  return [header, lines.split("\n")];
}

/** The lines of a long text as a folded block; null where it has no place to break or must be quoted. */
function foldedLines(text, width) {
  if (OUTER_SPACE.test(text) || MUST_ESCAPE.test(text.replace(/[\ufffe\uffff]/g, ""))) return null;
  const letters = [...text];
  const lines = [];
  const isWord = (letter) => letter !== undefined && !/\p{White_Space}/u.test(letter);
  let [start, lastSpace, column] = [0, null, 0];
  letters.forEach((letter, at) => {
    if (letter === " " && isWord(letters[at - 1]) && isWord(letters[at + 1])) lastSpace = [at, column];
    column += 1;
    if (column > width && lastSpace) {
      lines.push(letters.slice(start, lastSpace[0]).join(""));
      start = lastSpace[0] + 1;
      column -= lastSpace[1] + 1;
      lastSpace = null;
    }
  });
  lines.push(letters.slice(start).join(""));
  return lines.length > 1 ? [">-", lines] : null;
}

/** Collects the text of a field. */
class Lines {
  constructor(text) {
    this.text = text;
  }
  width() {
    return count(this.text.slice(this.text.lastIndexOf("\n") + 1));
  }
  pushWord(word) {
    this.text += ` ${word}`;
  }
  startLine(indent) {
    this.text += `\n${" ".repeat(indent)}`;
  }
  writeValue(value, indent) {
    if (isLiteral(value)) this.pushWord(value.literal);
    else if (typeof value === "string") this.writeText(value, indent);
    else if (fitsFlow(value, this.width() + 1)) this.pushWord(renderFlow(value));
    else if (Array.isArray(value)) this.writeItems(value, indent);
    else {
      for (const [key, entry] of Object.entries(value)) {
        this.startLine(indent);
        this.writeEntry(key, entry, indent);
      }
    }
  }
  writeItems(items, indent) {
    const mapsFit = items.filter(isMap).every((item) => fitsFlow(item, indent + INDENT));
    for (const item of items) {
      this.startLine(indent);
      this.text += "-";
      if (isMap(item) && !mapsFit) {
        Object.entries(item).forEach(([key, entry], index) => {
          if (index === 0) this.text += " ";
          else this.startLine(indent + INDENT);
          this.writeEntry(key, entry, indent + INDENT);
        });
      } else if (isMap(item)) this.pushWord(renderFlow(item));
      else this.writeValue(item, indent + INDENT);
    }
  }
  writeEntry(key, value, indent) {
    this.text += `${renderText(key, false)}:`;
    this.writeValue(value, indent + INDENT);
  }
  writeText(text, indent) {
    const lines = text.includes("\n") ? literalLines(text) : count(text) > MAX_LINE_WIDTH ? foldedLines(text, MAX_LINE_WIDTH - Math.min(indent, MAX_LINE_WIDTH / 2)) : null;
    if (!lines) return this.pushWord(renderText(text, false));
    this.pushWord(lines[0]);
    for (const line of lines[1]) {
      this.startLine(line === "" ? 0 : indent);
      this.text += line;
    }
  }
}

/** A field as the lines of front matter, with a line end. */
export function renderField(key, value) {
  const lines = new Lines(`${renderText(key, false)}:`);
  lines.writeValue(value, INDENT);
  return `${lines.text}\n`;
}

/** The items of a list of maps as lines, each indented by `indent` spaces. */
export function renderItems(items, indent) {
  const lines = new Lines("");
  lines.writeItems(items, indent);
  return `${lines.text.slice(1)}\n`;
}

/** A whole file from fields in their order, pairs of key and value, and a body. */
export const renderFile = (fields, body) => `---\n${fields.map(([key, value]) => renderField(key, value)).join("")}---\n\n${body}`;

/** The lines of a text, each with its line end. */
const splitLines = (text) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const indentOf = (line) => line.search(/[^ ]|$/);
const isComment = (line) => /^\s*#/.test(line);
const isTrivia = (line) => line.trim() === "" || isComment(line);
const isFence = (line) => /^---\s*$/.test(line);

/** The positions of the lines that open and close the front matter; null where there is none. */
function findFences(lines) {
  const first = lines.findIndex((line) => line.replace(/^\ufeff/, "").trim() !== "");
  if (first < 0 || !isFence(lines[first].replace(/^\ufeff/, ""))) return null;
  const last = lines.findIndex((line, index) => index > first && isFence(line));
  return last < 0 ? null : [first, last];
}

/** What stands below the front matter of a file; null where it has none. */
export function bodyOf(text) {
  const lines = splitLines(text);
  const fences = findFences(lines);
  return fences && lines.slice(fences[1] + 1).join("");
}

/** The text of a file with another body below the same front matter, with the line ends of the file. */
export function replaceBody(text, body) {
  const before = text.slice(0, text.length - bodyOf(text).length);
  return before + (text.includes("\r\n") ? body.replace(/\r?\n/g, "\r\n") : body);
}

/** The key of a line and what follows its colon; null where the line has no key at this indent. */
function readKey(line, indent) {
  if (indentOf(line) !== indent) return null;
  const found = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s#"'\-{[&*!|>%@`][^:#]*?|-[^\s:#][^:#]*?))\s*:(?=\s|$)/.exec(line.slice(indent));
  if (!found) return null;
  return { name: found.slice(1).find((part) => part !== undefined), start: indent + found[0].length };
}

/** The comment behind a value that stands on one line from `start` on, with the space before it; "" where there is none. */
function commentBehind(line, start) {
  const text = line.trimEnd();
  let quoteMark = null;
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at];
    if (quoteMark === '"' && letter === "\\") at += 1;
    else if (quoteMark) quoteMark = letter === quoteMark ? null : quoteMark;
    else if (/["']/.test(letter) && /[\s[{,:]$/.test(text.slice(start - 1, at))) quoteMark = letter;
    else if (letter === "#" && /\s/.test(text[at - 1])) return text.slice(start, at).match(/\s*$/)[0] + text.slice(at);
  }
  return "";
}

/** Entries of a map whose keys stand at `indent`: name, first line, and the line behind the last. Blank lines and comments below belong to what follows, deeper comments to the value. */
function findEntries(lines, indent) {
  const entries = [];
  lines.forEach((line, at) => {
    const key = readKey(line, indent);
    if (key) entries.push({ ...key, from: at });
  });
  entries.forEach((entry, index) => {
    let to = entries[index + 1]?.from ?? lines.length;
    while (to > entry.from + 1 && isTrivia(lines[to - 1]) && !(isComment(lines[to - 1]) && indentOf(lines[to - 1]) > indent)) to -= 1;
    entry.to = to;
  });
  return entries;
}

/** The lines of an item of a list whose hyphen stands at `indent`, changed; none where nothing is left. */
function editItem(lines, indent, change) {
  const first = lines.findIndex((line) => !isTrivia(line));
  const content = lines[first].slice(indent + 1);
  const column = indent + 1 + content.search(/\S|$/);
  const asMap = lines.map((line, at) => (at === first ? " ".repeat(column) + lines[first].slice(column) : line));
  if (!change.entries || !readKey(asMap[first], column)) {
    const comment = lines.length === first + 1 ? commentBehind(lines[first], indent + 2) : "";
    const rendered = splitLines(renderItems([change.value], indent));
    if (comment) rendered[0] = `${rendered[0].trimEnd()}${comment}\n`;
    return [...lines.slice(0, first), ...rendered];
  }
  const edited = editMap(asMap, column, change.entries, change.order);
  const start = edited.findIndex((line) => !isTrivia(line));
  if (start < 0) return edited;
  edited[start] = `${" ".repeat(indent)}-${edited[start].slice(indent + 1)}`;
  return edited;
}

/** The lines of a list, below its key, with items changed, removed and added. Throws a RangeError where it has another number of items than `count`, or is not one item a line. */
function editItems(lines, key, { count, items, added }) {
  const first = lines.find((line) => !isTrivia(line));
  const indent = first === undefined ? -1 : indentOf(first);
  const starts = lines.flatMap((line, at) => (!isTrivia(line) && indentOf(line) === indent && /^-(\s|$)/.test(line.slice(indent)) ? [at] : []));
  if (starts.length === 0 || (count !== null && count !== starts.length)) throw new RangeError(key);
  const result = lines.slice(0, starts[0]);
  starts.forEach((from, number) => {
    let to = starts[number + 1] ?? lines.length;
    const next = to;
    while (to > from + 1 && isTrivia(lines[to - 1]) && !(isComment(lines[to - 1]) && indentOf(lines[to - 1]) > indent)) to -= 1;
    const change = items.get(number);
    if (change === undefined) result.push(...lines.slice(from, to));
    else if (change !== null) result.push(...editItem(lines.slice(from, to), indent, change));
    if (number === starts.length - 1 && added.length) {
      if (result.length && !result.at(-1).endsWith("\n")) result.push(`${result.pop()}\n`);
      result.push(...splitLines(renderItems(added, indent)));
    }
    result.push(...lines.slice(to, next));
  });
  return result;
}

/** The lines of one entry of a map, changed. */
function editEntry(lines, { name, start }, indent, change) {
  const rest = lines[0].slice(start).trim();
  const isBlock = rest === "" || rest.startsWith("#");
  const child = lines.slice(1).find((line) => !isTrivia(line));
  if (isBlock && child !== undefined && change.items) {
    const edited = editItems(lines.slice(1), name, change);
    return edited.every(isTrivia) ? [] : [lines[0], ...edited];
  }
  if (isBlock && child !== undefined && change.entries && readKey(child, indentOf(child)) && indentOf(child) > indent) {
    const edited = editMap(lines.slice(1), indentOf(child), change.entries, change.order ?? []);
    return edited.every(isTrivia) ? [] : [lines[0], ...edited];
  }
  let { value } = change;
  if (change.items && !("value" in change)) {
    // Without the values that are there, items can be added to an empty list alone.
    if (child !== undefined || !/^(\[\s*\]|~|null)?\s*(#.*)?$/.test(rest)) throw new RangeError(name);
    value = change.added;
  }
  if (value === undefined) return [];
  const lead = " ".repeat(indent);
  const rendered = splitLines(renderEntry(name, value, indent)).map((line, at) => (at === 0 ? lead + line : line));
  const isOneLine = rendered.length === 1 && lines.length === 1;
  const comment = isBlock ? lines[0].slice(start).trimEnd() : lines.length === 1 || /^[|>]/.test(rest) ? commentBehind(lines[0], start) : "";
  // A comment behind the key or a value on one line stays.
  if (comment.trim() && (isOneLine || isBlock || rendered.length > 1 || lines.length > 1)) rendered[0] = `${rendered[0].trimEnd()}${/^\s/.test(comment) ? "" : " "}${comment}\n`;
  // The key stays as it is written, quotes and space included.
  rendered[0] = lines[0].slice(0, start) + rendered[0].slice(rendered[0].indexOf(":", lead.length + renderText(name, false).length) + 1);
  return rendered;
}

/** The lines of a map whose keys stand at `indent`, with entries changed; `order` are the keys of all entries with their aliases. */
function editMap(lines, indent, changes, order = []) {
  const rank = (key) => {
    const found = order.findIndex((keys) => keys.includes(key));
    return found < 0 ? order.length : found;
  };
  let result = [...lines];
  for (const [key, change] of changes) {
    const entries = findEntries(result, indent);
    const isSame = (name) => name === key || (rank(key) < order.length && rank(name) === rank(key));
    const entry = entries.find(({ name }) => isSame(name));
    if (entry) {
      const edited = editEntry(result.slice(entry.from, entry.to), entry, indent, change);
      result.splice(entry.from, entry.to - entry.from, ...edited);
      continue;
    }
    const value = change.value ?? (change.items ? change.added : undefined);
    if (value === undefined) continue;
    // A new entry stands behind the last that the order has before it.
    const before = entries.findLastIndex(({ name }) => rank(name) <= rank(key));
    const at = before >= 0 ? entries[before].to : entries[0]?.from ?? result.length;
    if (at > 0 && !result[at - 1].endsWith("\n")) result[at - 1] += "\n";
    const rendered = splitLines(renderEntry(key, value, indent));
    rendered[0] = " ".repeat(indent) + rendered[0];
    result.splice(at, 0, ...rendered);
  }
  return result;
}

/** An entry of a map as lines, of which the first has no indent. */
function renderEntry(key, value, indent) {
  const lines = new Lines("");
  lines.writeEntry(key, value, indent);
  return `${lines.text}\n`;
}

/**
 * The text of a file with some fields changed; only their lines change. `changes` are pairs of key and change, `order` the keys of all
 * fields with their aliases. A change has `value`, undefined for a field to remove; or besides it what changes within: `entries` of a
 * map, again as pairs, with their `order`; or of a list of maps `items`, a map from position to change, null for an item to remove, and
 * `added` values behind a list of `count` items, null where that is not known. Null where there is no front matter; throws a RangeError
 * with the key where the lines are not written as the change needs them.
 */
export function editFile(text, changes, order) {
  const lines = splitLines(text);
  const fences = findFences(lines);
  if (!fences) return null;
  const [first, last] = fences;
  const isWindows = text.includes("\r\n");
  const inner = lines.slice(first + 1, last);
  const edited = editMap(inner, 0, changes, order).map((line) => (isWindows ? line.replace(/\r?\n$/, "\r\n") : line));
  return [...lines.slice(0, first + 1), ...edited, ...lines.slice(last)].join("");
}
