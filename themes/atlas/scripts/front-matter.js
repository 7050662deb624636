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

/**
 * The text of a file with some fields changed: `fields` are pairs of key and value, `order` the keys of all fields with their aliases.
 * Only the lines of these fields change. With `appended` keys, items are added to the list that is there. Null where there is no front
 * matter; throws a RangeError where a list cannot be added to.
 */
export function editFile(text, fields, order, appended = []) {
  const lineEnd = /\r\n/.test(text) ? "\r\n" : "\n";
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const isFence = (line) => /^---\s*$/.test(line);
  const first = lines.findIndex((line) => line.replace(/^\ufeff/, "").trim() !== "");
  if (first < 0 || !isFence(lines[first].replace(/^\ufeff/, ""))) return null;
  let last = lines.findIndex((line, index) => index > first && isFence(line));
  if (last < 0) return null;
  const rank = (key) => {
    const found = order.findIndex((keys) => keys.includes(key));
    return found < 0 ? order.length : found;
  };
  const keyOf = (line) => /^(?:"([^"]*)"|'([^']*)'|([^\s#"'\-{[&*!|>%@`][^:#]*?))\s*:(?=\s|$)/.exec(line)?.slice(1).find((part) => part !== undefined);
  for (const [key, value] of fields) {
    const starts = [];
    for (let at = first + 1; at < last; at += 1) {
      const found = keyOf(lines[at]);
      if (found !== undefined) starts.push([at, found]);
    }
    const place = starts.findIndex(([, name]) => rank(name) === rank(key) && rank(key) < order.length);
    const withLineEnds = (rendered) => rendered.replaceAll("\n", lineEnd);
    if (place < 0) {
      const next = starts.find(([, name]) => rank(name) > rank(key));
      let at = next ? next[0] : last;
      // Comments right above the next field stay with it.
      while (next && at > first + 1 && /^\s*#/.test(lines[at - 1])) at -= 1;
      lines.splice(at, 0, withLineEnds(renderField(key, value)));
      last += 1;
      continue;
    }
    const [start, name] = starts[place];
    let end = place + 1 < starts.length ? starts[place + 1][0] : last;
    // Blank lines and comments below belong to what follows.
    while (end > start + 1 && /^(\s*#.*|\s*)$/.test(lines[end - 1].trimEnd())) end -= 1;
    if (appended.includes(key)) {
      const items = lines.slice(start + 1, end).find((line) => /^\s*- /.test(line));
      if (!items || lines[start].slice(lines[start].indexOf(":") + 1).trim() !== "") {
        if (/:\s*(\[\s*\])?\s*$/.test(lines[start]) && end === start + 1) lines.splice(start, 1, withLineEnds(renderField(name, value)));
        else throw new RangeError(key);
        continue;
      }
      if (!lines[end - 1].endsWith("\n")) lines[end - 1] += lineEnd;
      lines.splice(end, 0, withLineEnds(renderItems(value, items.search(/-/))));
      last += 1;
      continue;
    }
    const rest = /\s#.*$/.exec(lines[start].trimEnd());
    const rendered = renderField(name, value);
    // A comment behind a value on one line stays.
    const isOneLine = end === start + 1 && rendered.indexOf("\n") === rendered.length - 1;
    const keepsComment = isOneLine && rest && !/["'|>]/.test(lines[start]);
    lines.splice(start, end - start, withLineEnds(keepsComment ? `${rendered.trimEnd()} ${rest[0].trim()}\n` : rendered));
    last += 1 - (end - start);
  }
  return lines.join("");
}
