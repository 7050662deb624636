// Shows the existing experiments that are most like a draft while it is written. They are found in the browser, from `data/nearest.json`; in
// a large hub also from the files of the draft's words in `data/nearest/`, which are read afterwards and correct the list once.
import { element } from "./dom.js";
import { label, loadLabels } from "./labels.js";
import { buildRow, describeStudy } from "./rows.js";
import { MAX_WORD_FILES, SimilarityModel } from "./similarity.js";
import { fetchBytes, fetchJson, formatNumber, joinList, language } from "./site.js";

const FILE = "data/nearest.json";
const FOLDER = "data/nearest/";
const MAX_SHOWN = 5;
/** The fewest letters of a title for which it is worth to look. */
const MIN_LETTERS = 4;
/** How many files of words are taken in before the page answers again. */
const FILES_AT_ONCE = 16;
/** The most members of a family that are listed. */
const MAX_MEMBERS = 40;
const plurals = new Intl.PluralRules(language);
let latestTurn = 0;
let loading = null;

const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** The model, the rows of all studies in the order of their addresses, and the families; loaded once. */
function load() {
  loading ??= Promise.all([fetchJson(FILE), fetchJson("data/rows.json"), loadLabels()]).then(([file, rows]) => {
    const studies = [...rows].sort((one, other) => (one.u < other.u ? -1 : 1));
    // Files of two builds, of which one comes from a cache, do not belong together.
    if (studies.length !== file.header.records) throw new Error("rows and model differ");
    const bytes = Uint8Array.from(atob(file.model), (letter) => letter.charCodeAt(0));
    const familyOf = new Map(file.families.flatMap((members) => members.map((member) => [member, members])));
    return { model: new SimilarityModel(file.header, bytes), studies, familyOf, texts: file.texts };
  });
  loading.catch(() => (loading = null));
  return loading;
}

/**
 * Shows the experiments most like a draft {title, hypothesis, summary, body, tactics, channels}, at most five, each family once; nothing
 * where the draft says too little, or the file cannot be loaded.
 */
export async function showNearest(container, draft) {
  const turn = ++latestTurn;
  const isTooShort = draft.title.trim().length < MIN_LETTERS && (draft.hypothesis ?? "").trim().length < MIN_LETTERS && !draft.tactics.length;
  const known = isTooShort ? null : await load().catch(() => null);
  if (turn !== latestTurn) return;
  if (!known) return container.replaceChildren();
  const { model } = known;
  const files = navigator.connection?.saveData ? [] : model.findMissingFiles(draft, MAX_WORD_FILES);
  // A list that stands is left as it is until the words are there, so that it changes once for each draft.
  if (!files.length || !container.childElementCount) showFound(container, model.findNearest(draft, MAX_SHOWN), known);
  if (!files.length) return;
  const readings = files.map((number) => readWordFile(number));
  for (const [at, number] of files.entries()) {
    const bytes = await readings[at];
    if (bytes && !model.hasWordFile(number)) model.addWordFile(number, bytes);
    // What is typed meanwhile comes first.
    if (at % FILES_AT_ONCE === 0) await new Promise((resume) => setTimeout(resume));
  }
  if (turn === latestTurn) showFound(container, model.findNearest(draft, MAX_SHOWN), known);
}

/** The files of words that are asked for, by number. */
const wordFiles = new Map();

/** The bytes of a file of words, read once; null for one that cannot be loaded, which is asked for again with the next draft. */
function readWordFile(number) {
  if (!wordFiles.has(number)) {
    const reading = fetchBytes(`${FOLDER}${number}.bin`).catch(() => (wordFiles.delete(number), null));
    wordFiles.set(number, reading);
  }
  return wordFiles.get(number);
}

/** Shows at most five of the studies found, each family once. */
function showFound(container, found, known) {
  const best = found.slice(0, MAX_SHOWN).filter(({ score }) => score > 0);
  if (!best.length) return container.replaceChildren();
  const groups = new Map();
  for (const one of best) {
    const members = known.familyOf.get(one.address) ?? one;
    groups.set(members, [...(groups.get(members) ?? []), one]);
  }
  const rows = [...groups].map(([members, group]) => buildNearest(group, Array.isArray(members) ? members : null, known));
  container.replaceChildren(element("h2", {}, known.texts.heading), element("ol", { class: "rows plain nearest" }, rows));
}

/** The row of the nearest study of a family, or of one without: why it is near, and all members of the family. */
function buildNearest(group, members, { studies, texts }) {
  const [one] = group;
  const why = describeWhy(one.shared, texts);
  const excerpt = element("div", { class: "nearest-why" }, why && element("p", {}, why), members && buildFamily(members, studies, texts));
  const row = buildRow({ ...describeStudy(studies[one.address]), excerpt });
  row.dataset.studies = group.map(({ address }) => studies[address].u).join(" ");
  return row;
}

/** What a study and the draft have in common: "Same tactic: Referral reward. Words in common: friends, voucher." */
function describeWhy({ tactics, channels, words }, texts) {
  const say = (key, list) => (list.length ? fill(texts[key], { list: joinList(list) }) : null);
  return [say("tactics", tactics.map((id) => label("tactic", id))), say("channels", channels.map((id) => label("channel", id))), say("words", words)].filter(Boolean).join(" ");
}

/** "7 markets ran this experiment", with all members of the family behind it. */
function buildFamily(members, studies, texts) {
  const markets = new Set(members.flatMap((member) => studies[member].m[0])).size;
  const forms = texts.family;
  const heading = fill(forms[plurals.select(markets)] ?? forms.other ?? forms, { n: formatNumber(markets) });
  const rows = members.slice(0, MAX_MEMBERS).map((member) => buildRow(describeStudy(studies[member])));
  return element("details", {}, element("summary", {}, heading), element("ul", { class: "rows plain" }, rows));
}
