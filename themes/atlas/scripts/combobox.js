// A box that suggests entries of a list while typing, by label and by every other name, and keeps the chosen ones as chips.
import { element, icon } from "./dom.js";
import { normalise } from "./words.js";

/** The most suggestions at once. */
const MAX_OPTIONS = 12;
let lastId = 0;

/**
 * Entries are `{id, label, note, names}`; with `load`, a function that promises them, they come when the box is first needed. With
 * `isSingle` a choice replaces the one before; with `isFree` a text that is no entry is taken as it is; with `keepsUnknown` a set value
 * that is no entry stays. `say` announces a change, `texts` are the words of the interface. The result has `node`, `get`, `set` and `input`.
 */
export function buildCombobox({ entries, load, label, describedBy, isSingle, isFree, keepsUnknown, isRequired, texts, say, onChange }) {
  const id = `combobox-${(lastId += 1)}`;
  let known, searched, loading;
  const take = (list) => {
    known = new Map(list.map((entry) => [normalise(entry.id), entry]));
    searched = list.map((entry) => ({ entry, names: [entry.label, entry.id, ...(entry.names ?? [])].map(normalise) }));
  };
  take(entries ?? []);
  let isComplete = !load;
  let chosen = [];
  let options = [];
  let active = -1;
  const input = element("input", { id, type: "text", role: "combobox", autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-describedby": describedBy, "aria-required": isRequired && "true" });
  const list = element("ul", { id: `${id}-list`, role: "listbox", "aria-label": label, hidden: true });
  const chips = element("ul", { class: "write-chips", "aria-label": label });
  const node = element("div", { class: "combobox" }, chips, input, list);

  const labelOf = (value) => known.get(normalise(value))?.label ?? value;
  const change = () => {
    showChips();
    onChange();
  };
  const remove = (value) => {
    chosen = chosen.filter((other) => other !== value);
    change();
    say(texts.removed(labelOf(value)));
    input.focus();
  };
  function showChips() {
    chips.hidden = chosen.length === 0;
    chips.replaceChildren(...chosen.map((value) => element("li", {}, element("bdi", {}, labelOf(value)), element("button", { type: "button", "aria-label": texts.remove(labelOf(value)), onclick: () => remove(value) }, icon("close")))));
  }
  const choose = (value) => {
    if (isSingle) chosen = [value];
    else if (!chosen.includes(value)) chosen = [...chosen, value];
    input.value = "";
    close();
    change();
    say(texts.chosen(labelOf(value)));
  };
  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function mark(position) {
    active = position;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === position)));
    const option = list.children[position];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }
  const resolve = (value) => known.get(normalise(value))?.id ?? searched.find(({ names }) => names.includes(normalise(value)))?.entry.id ?? (isFree || keepsUnknown || !isComplete ? value : null);
  const resolveAll = (values) => [...new Set(values.map(resolve).filter((value) => value !== null))];
  /** Loads the entries, once; where that fails, what is typed or chosen is taken as it is until the next time. */
  function complete() {
    if (isComplete || loading) return;
    loading = load().then(
      (list) => {
        take(list);
        isComplete = true;
        const before = chosen.join("\n");
        chosen = resolveAll(chosen);
        showChips();
        if (before !== chosen.join("\n")) onChange();
        if (document.activeElement === input && input.value.trim()) open();
      },
      () => (loading = null),
    );
  }
  function open() {
    complete();
    const words = normalise(input.value).split(/\s+/).filter(Boolean);
    const rank = (names) => {
      if (!words.every((word) => names.some((name) => name.includes(word)))) return 3;
      const typed = words.join(" ");
      if (names.some((name) => name === typed)) return 0;
      // Of names that begin so, the shortest is nearest to what is typed.
      const lengths = names.filter((name) => name.startsWith(typed)).map((name) => name.length);
      return lengths.length ? 1 + Math.min(...lengths) / 10000 : 2;
    };
    options = searched
      .filter(({ entry }) => !chosen.includes(entry.id))
      .map(({ entry, names }) => [rank(names), entry])
      .filter(([place]) => place < 3)
      .sort((a, b) => a[0] - b[0])
      .slice(0, MAX_OPTIONS)
      .map(([, entry]) => entry);
    list.replaceChildren(...options.map((entry, index) => element("li", { id: `${id}-${index}`, role: "option", "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => choose(entry.id) }, element("bdi", {}, entry.label), entry.note && element("span", { class: "hint" }, entry.note))));
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
    if (words.length && isComplete) say(options.length ? texts.options(options.length) : texts.noOptions);
  }
  /** Takes the typed text where it names exactly one entry, or where any text may stand. */
  function takeTyped() {
    const typed = input.value.trim();
    if (!typed) return false;
    const plain = normalise(typed);
    const named = searched.filter(({ names }) => names.includes(plain));
    if (named.length === 1) choose(named[0].entry.id);
    else if (isFree || !isComplete) choose(typed);
    else return false;
    return true;
  }
  input.addEventListener("input", open);
  input.addEventListener("focus", complete);
  input.addEventListener("click", () => list.hidden && open());
  input.addEventListener("blur", () => {
    takeTyped();
    close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (options.length) mark(active < 0 && step < 0 ? options.length - 1 : (active + step + options.length) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (active >= 0) choose(options[active].id);
      else if (!takeTyped() && !list.hidden && options.length && input.value.trim()) choose(options[0].id);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Backspace" && input.value === "" && chosen.length) {
      remove(chosen.at(-1));
    }
  });
  showChips();
  return {
    node,
    input,
    get: () => chosen,
    /** Sets the chosen values; each may be an id in any spelling, or another name of an entry. */
    set(values) {
      chosen = resolveAll(values);
      input.value = "";
      showChips();
      // The labels of what is chosen.
      if (chosen.length) complete();
    },
  };
}
