// Words as the list of titles and the marks of a page compare them: composed (NFKC), in lower case, without accents. No step depends on
// the language of the browser: in Turkish the lower case of "I" is another letter.

/** Letters that are not their base letter with an accent, as the index folds them. */
const LETTERS = { ı: "i", ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", þ: "th", ς: "σ", ё: "е" };
/** Scripts written without spaces: their words have no edges that can be seen. */
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;

/** Text in the form in which it is compared. Marks that distinguish letters (in Indic scripts, Cyrillic "й") stay. */
export function normalise(text) {
  const lower = text.replace(/\p{Default_Ignorable_Code_Point}/gu, "").normalize("NFKC").toLowerCase();
  const plain = lower.normalize("NFD").replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}])\p{M}+/gu, "$1").normalize("NFC");
  return plain.replace(/[ıßæœøłđþςё]/g, (letter) => LETTERS[letter]);
}

/** The words of a text, normalised. */
export function toWords(text) {
  return normalise(text).split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
}

/** Finds written forms in a text as whole words; pairs of start and end, in the order of the text. */
export function findForms(text, forms) {
  const places = [];
  let plain = "";
  // Letter by letter, each with its accents, because a letter may become two.
  for (const { 0: letter, index } of text.matchAll(/\P{M}\p{M}*|\p{M}/gsu)) {
    const normal = normalise(letter);
    for (let position = 0; position < normal.length; position += 1) places.push([index, index + letter.length]);
    plain += normal;
  }
  const found = [];
  for (const form of forms) {
    for (let at = plain.indexOf(form); at >= 0; at = plain.indexOf(form, at + 1)) {
      const end = at + form.length;
      if (isEdge(plain, at) && isEdge(plain, end)) found.push([places[at][0], places[end - 1][1]]);
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let last = 0;
  return found.filter(([start, end]) => start >= last && ((last = end), true));
}

/** Whether a word may begin or end at a position of a text. */
function isEdge(text, position) {
  const before = [...text.slice(Math.max(0, position - 2), position)].at(-1) ?? "";
  const after = String.fromCodePoint(text.codePointAt(position) ?? 32);
  const isInWord = (letter) => /[\p{L}\p{M}\p{N}]/u.test(letter);
  return !isInWord(before) || !isInWord(after) || WITHOUT_SPACES.test(before) || WITHOUT_SPACES.test(after);
}
