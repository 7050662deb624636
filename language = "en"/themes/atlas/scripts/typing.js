// What is typed with an input method (Japanese, Chinese, Korean): until it is composed, keys belong to the input method and the text
// in the box is the middle of a word.

/** Whether a key belongs to an input method. Safari sends the Enter that ends a composition after it, with the key code 229. */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** Letters of input methods. On Android the keyboard composes every word of every language; those are searched while they are typed. */
const IDEOGRAPHIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u;
const composesAll = /Android/.test(navigator.userAgent);
const isMiddleOfWord = (event) => event.isComposing && !(composesAll && !IDEOGRAPHIC.test(event.data ?? ""));

/** Calls `onText` when text was typed, and `onStart` when a word begins to be composed: what is said now would be about half a word. */
export function listenToTyping(input, onText, onStart = () => {}) {
  input.addEventListener("compositionstart", () => composesAll || onStart());
  input.addEventListener("input", (event) => isMiddleOfWord(event) || onText());
  input.addEventListener("compositionend", () => onText());
}
