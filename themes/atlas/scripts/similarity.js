// The similarity of a draft to every study, by the formula of `src/similar/score.rs`, from the compact model of `data/nearest.json`, which
// `src/similar/compact.rs` writes. All weights are in that file. Of a large hub it has the weightiest words of each study only; all are in
// the files of words (`src/similar/word_files.rs`), of which a caller adds those of the draft's words.
import { BitDecoder, bitModel, numberModel } from "./bit-decoder.js";
import { normalise } from "./words.js";

/** The blocks of features, by number. */
const [WORD, BIGRAM, CONCEPT, FACET, HYPOTHESIS] = [0, 1, 2, 3, 4];
const BLOCK_COUNT = 5;
/** The most studies of a language that are scored. */
const MAX_SCORED = 64;
/** How many files of words are read for a draft: those of the words that tell studies apart best. */
export const MAX_WORD_FILES = 144;
/** In how many studies a word is taken to be that the compact model lacks, where its file is not read yet. */
const ASSUMED_COUNT = 8;
/** How much a concept counts beside a word where it is chosen which files are read. */
const CONCEPT_WEIGHT = 0.5;
/** The most words in common that are named. */
const MAX_SHARED_WORDS = 4;
const encoder = new TextEncoder();

/** What Markdown has beside its words: targets of links, addresses, tags, and the ids of headings. */
const MARKUP = /\]\([^()]*(?:\([^()]*\)[^()]*)*\)|^ {0,3}\[[^\]]+\]:.*$|<[^<>\n]*>|https?:\/\/\S+|\{#[^}\n]*\}/gmu;

/** The headings and sections of a body in Markdown, each a text by itself. */
const textsOfBody = (body) => (body ?? "").replace(MARKUP, " ").split(/^ {0,3}#{1,6} (.*)$/mu);

/** All texts of a draft. */
const textOf = (draft) => [draft.title, draft.summary, draft.hypothesis, ...textsOfBody(draft.body)].filter(Boolean).join("\n");

/** Bits in which every number up to this one can be written. */
const bitsOf = (number) => (number === 0 ? 0 : Math.floor(Math.log2(number)) + 1);

/** The number that `fold_sign` in `feature_writer.rs` wrote. */
const unfoldSign = (folded) => (folded % 2 ? -(folded + 1) / 2 : folded / 2);

/** Hash of a written form in a language, as `hash_form` in `feature_writer.rs`. */
function hashForm(language, folded) {
  let hash = Math.imul(0x811c9dc5 ^ language, 0x01000193);
  for (const byte of encoder.encode(folded)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;
const TOKENS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+|[\p{L}\p{M}\p{N}]+(?:[.,]\p{N}+)*/gu;

/** The written forms of a text, folded: words and figures, and pairs of letters of scripts without spaces. */
export function cutForms(text) {
  const forms = [];
  // An elided article and a possessive are part of no word.
  const plain = text.normalize("NFC").replace(/(^|[^\p{L}\p{N}])(?:\p{L}|qu)['’](?=\p{L})/giu, "$1").replace(/['’]s(?![\p{L}\p{N}])/giu, " ");
  for (const [token] of plain.matchAll(TOKENS)) {
    if (WITHOUT_SPACES.test(token)) {
      const letters = [...token];
      if (letters.length === 1) forms.push(normalise(token));
      for (let at = 0; at + 1 < letters.length; at += 1) forms.push(normalise(letters[at] + letters[at + 1]));
    } else if (/^\p{N}/u.test(token) || !/[.,]/.test(token)) forms.push(normalise(token));
    else forms.push(...token.split(/[.,]/).map(normalise));
  }
  return forms;
}

export class SimilarityModel {
  /** The model of the file's header and bytes. */
  constructor(header, bytes) {
    this.header = header;
    const decoder = new BitDecoder(bytes);
    const isMixed = header.groups.length > 1;
    this.relations = isMixed ? 2 : 1;
    this.readStudies(decoder, isMixed);
    this.readSpellings(decoder);
    this.readFeatures(decoder);
    /** The files of words that were read, by number: the words of their forms by hash. */
    this.wordFiles = new Map();
    /** The scales of studies by relation and block, once they are read. */
    this.scales = null;
    /** The words of those files by number, of which two files may have one. */
    this.fileWords = new Map();
    /** The features of the concepts in those files by number. */
    this.fileConcepts = new Map();
  }

  readStudies(decoder, isMixed) {
    const { records, groups, steps, max_correction: maxCorrection } = this.header;
    const [, levelSteps, tailSteps, correctionSteps, leastLevel, leastTail] = steps;
    const [groupModel, corrections, levels, tails] = [numberModel(), numberModel(), numberModel(), numberModel()];
    const termModels = [0, 1].map(() => [numberModel(), numberModel()]);
    const maskModels = [0, 1].map(() => Array.from({ length: BLOCK_COUNT }, bitModel));
    const logMost = Math.log(Math.sqrt(maxCorrection));
    this.studies = Array.from({ length: records }, (_, address) => {
      const group = isMixed ? decoder.readNumber(groupModel) : 0;
      const [tactics, channels] = termModels.map(([counts, gaps]) => {
        let last = 0;
        return Array.from({ length: decoder.readNumber(counts) }, () => (last += decoder.readNumber(gaps)));
      });
      const masks = Array.from({ length: this.relations }, (__, relation) => maskModels[relation].reduce((mask, model, block) => mask | (decoder.readBit(model) << block), 0));
      const study = { address, group, tactics, channels, masks, levels: [] };
      for (let number = 0; number < groups.length; number += 1) {
        if (number === group) study.correction = Math.exp((2 * (decoder.readNumber(corrections) / correctionSteps) - 1) * logMost);
        else study.levels[number] = [leastLevel * 2 ** (decoder.readNumber(levels) / levelSteps), leastTail * 2 ** (decoder.readNumber(tails) / tailSteps)];
      }
      return study;
    });
    // The order of the file: studies of one language, tactic and channel together.
    const compareLists = (one, other) => {
      for (let at = 0; at < Math.min(one.length, other.length); at += 1) if (one[at] !== other[at]) return one[at] - other[at];
      return one.length - other.length;
    };
    this.inFile = [...this.studies].sort((one, other) => one.group - other.group || compareLists(one.tactics, other.tactics) || compareLists(one.channels, other.channels) || one.address - other.address);
  }

  readSpellings(decoder) {
    const { spellings } = this.header;
    const [gaps, isNew, isIgnored] = [numberModel(), bitModel(), bitModel()];
    this.wordOfHash = new Map();
    let [hash, known] = [0, 0];
    for (let count = 0; count < spellings; count += 1) {
      hash += decoder.readNumber(gaps);
      const word = decoder.readBit(isNew) ? known++ : decoder.readRaw(bitsOf(known));
      this.wordOfHash.set(hash, { word, isIgnored: decoder.readBit(isIgnored) === 1 });
    }
  }

  /**
   * Functions that read features and the distances between numbers; all models learn from the start of the bytes on. With `scales` of the
   * studies, by relation and block, weights are written relative to them and to how rare a feature is.
   */
  readerOf(decoder, scales = null) {
    const { header, relations } = this;
    const models = { gaps: numberModel(), hasWeight: bitModel(), frequencies: numberModel(), idfs: numberModel(), counts: numberModel(), postings: Array.from({ length: BLOCK_COUNT }, () => Array.from({ length: 24 }, numberModel)), weights: Array.from({ length: BLOCK_COUNT }, numberModel) };
    // Of the studies that state a term the file has the weights alone.
    const readFeature = (block, weightSteps, studies = null) => {
      const frequency = relations > 1 ? decoder.readNumber(models.frequencies) : 0;
      const idfs = header.groups.map(() => decoder.readNumber(models.idfs)).map((step) => (step ? (step - 1) / header.steps[0] : null));
      const lists = Array.from({ length: relations }, (_, relation) => {
        const stated = studies?.filter(() => decoder.readBit(models.hasWeight));
        const length = stated ? stated.length : decoder.readNumber(models.counts);
        const [documents, weights] = [Uint32Array.from(stated ?? { length }), new Float32Array(length)];
        let [next, bits, steps] = [0, 0, null];
        for (let at = 0; at < length; at += 1) {
          if (!stated) {
            const gap = decoder.readNumber(models.postings[block][bits]);
            documents[at] = next + gap;
            [next, bits] = [next + gap + 1, bitsOf(gap)];
          }
          if (scales) {
            const { group } = this.inFile[documents[at]];
            weights[at] = (idfs[group] ?? 0) * scales[relation][block][documents[at]] * 2 ** (unfoldSign(decoder.readNumber(models.weights[block])) / weightSteps);
            continue;
          }
          if (steps === null) steps = decoder.readRaw(8);
          else steps += unfoldSign(decoder.readNumber(models.weights[block]));
          weights[at] = 2 ** (steps / weightSteps) / header.weight_scale;
        }
        return { documents, weights };
      });
      return { block, frequency, idfs, lists };
    };
    return { readFeature, readGap: () => decoder.readNumber(models.gaps) };
  }

  readFeatures(decoder) {
    const { header } = this;
    const { readFeature, readGap } = this.readerOf(decoder);
    const has = bitModel();
    const [wordSteps, termSteps] = header.weight_steps;
    const readOptional = (block) => (decoder.readBit(has) ? readFeature(block, wordSteps) : null);
    this.words = Array.from({ length: header.words }, () => [readOptional(WORD), readOptional(HYPOTHESIS)]);
    this.terms = header.terms.map((count, kind) => {
      const studiesOf = [header.tactics, header.channels][kind].map(() => []);
      this.inFile.forEach((study, at) => study[kind ? "channels" : "tactics"].forEach((number) => studiesOf[number].push(at)));
      let number = 0;
      const features = new Map();
      for (let read = 0; read < count; read += 1) {
        number += readGap();
        features.set(number, readFeature(FACET, termSteps, studiesOf[number]));
      }
      return features;
    });
    this.bigrams = new Map();
    let first = 0;
    for (let read = 0; read < header.bigrams; read += 1) {
      first += readGap();
      const second = decoder.readRaw(bitsOf(header.words));
      this.bigrams.set(first * header.words + second, readFeature(BIGRAM, wordSteps));
    }
    // Phrases by language and first word.
    this.phrases = new Map();
    for (let read = 0; read < header.concepts; read += 1) {
      const phrases = Array.from({ length: readGap() }, () => {
        const language = readGap();
        return { language, words: Array.from({ length: readGap() }, () => decoder.readRaw(bitsOf(header.words))) };
      });
      const features = [readOptional(CONCEPT), readOptional(HYPOTHESIS)];
      for (const { language, words } of phrases) {
        const key = `${language} ${words[0]}`;
        if (!this.phrases.has(key)) this.phrases.set(key, []);
        this.phrases.get(key).push({ words, features, concept: read });
      }
    }
  }

  /** The number of the file that has a form in a language. */
  fileOf(form, language) {
    const { count, start_letters: letters } = this.header.word_files;
    return hashForm(language, [...form].slice(0, letters).join("")) & (count - 1);
  }

  /** Adds the file of words of this number, or that of the scales, which must be the first; nothing where it is of another build of the site. */
  addWordFile(number, bytes) {
    const { count, mark, hash_bits: hashBits, steps } = this.header.word_files;
    if (bytes.length < 4 || new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) !== mark) return;
    const decoder = new BitDecoder(bytes.subarray(4));
    if (number === count) return this.readScales(decoder);
    if (!this.scales) return;
    const [weightSteps] = steps;
    const { readFeature, readGap } = this.readerOf(decoder, this.scales);
    const readOptional = (block) => (readGap() ? readFeature(block, weightSteps) : null);
    const [hashes, numbers] = [numberModel(), numberModel()];
    const wordCount = readGap();
    let hash = 0;
    const forms = Array.from({ length: readGap() }, () => [(hash += decoder.readNumber(hashes)), decoder.readRaw(bitsOf(wordCount))]);
    let last = 0;
    const words = Array.from({ length: wordCount }, () => {
      const id = (last += decoder.readNumber(numbers));
      const features = [readFeature(WORD, weightSteps), readOptional(HYPOTHESIS)];
      let other = 0;
      const bigrams = new Map(Array.from({ length: readGap() }, () => [(other += decoder.readNumber(numbers)), readFeature(BIGRAM, weightSteps)]));
      if (!this.fileWords.has(id)) this.fileWords.set(id, { id, features, bigrams });
      return this.fileWords.get(id);
    });
    for (let concept = number; concept < this.header.concepts; concept += count) this.fileConcepts.set(concept, [readOptional(CONCEPT), readOptional(HYPOTHESIS)]);
    // Place 0 is a word that is ignored.
    this.wordFiles.set(number, { shift: 32 - hashBits, words: new Map(forms.map(([key, place]) => [key, place ? words[place - 1] : null])) });
  }

  /** Whether the file of words of this number, or that of the scales, is added. */
  hasWordFile(number) {
    return number === this.header.word_files.count ? this.scales !== null : this.wordFiles.has(number);
  }

  /** Reads the scales of all studies, by relation and block. */
  readScales(decoder) {
    const [, steps, least] = this.header.word_files.steps;
    this.scales = Array.from({ length: this.relations }, () => []);
    for (const scales of this.scales) {
      for (const block of [WORD, BIGRAM, CONCEPT, HYPOTHESIS]) {
        const changes = numberModel();
        let last = 0;
        scales[block] = Float32Array.from(this.inFile, () => 2 ** ((last += unfoldSign(decoder.readNumber(changes))) / steps + least));
      }
    }
  }

  /** Forgets the files of words. */
  clearWordFiles() {
    this.scales = null;
    this.wordFiles.clear();
    this.fileWords.clear();
    this.fileConcepts.clear();
  }

  /**
   * The numbers of those files that are not added yet among the `most` files of a draft whose words tell studies apart best, the best first; before them
   * that of the scales.
   */
  findMissingFiles(draft, most) {
    const { header } = this;
    if (!header.word_files) return [];
    const group = this.findGroup(cutForms(textOf(draft)));
    if (group === null) return [];
    const [language, size] = header.groups[group];
    const rareness = this.idf(ASSUMED_COUNT, size, 0, header.records - size);
    const [weights, byFile] = [new Map(), new Map()];
    const addWeight = (file, weight) => byFile.set(file, (byFile.get(file) ?? 0) + weight ** 2);
    const concepts = new Map();
    const [titleCount, leadCount, bodyCount] = header.counts;
    // A word of a hypothesis counts once more among those of the hypothesis.
    const parts = [[draft.title, titleCount], [draft.summary, leadCount], [draft.hypothesis, leadCount + bodyCount], [textsOfBody(draft.body).join("\n"), bodyCount]];
    for (const [text, count] of parts) {
      const found = this.lookUp(cutForms(text ?? ""), language);
      found.forEach(({ form, word, isIgnored }, at) => {
        for (const { features, concept } of this.findConcepts(found, at, language)) concepts.set(concept, (features[0] ?? features[1])?.idfs[group] ?? 0);
        if (isIgnored) return;
        const entry = weights.get(form) ?? { count: 0, idf: (word === null ? null : this.words[word][0]?.idfs[group]) ?? rareness };
        entry.count += count;
        weights.set(form, entry);
      });
    }
    // The spread of a similarity: a word's products times a root of the share of studies that have it. Rare words tell few studies apart.
    const spread = (idf) => idf * idf * Math.exp(-idf / 3);
    for (const [form, { count, idf }] of weights) addWeight(this.fileOf(form, language), (1 + Math.log(count)) * spread(idf));
    for (const [concept, idf] of concepts) addWeight(concept % header.word_files.count, CONCEPT_WEIGHT * spread(idf));
    const best = [...byFile].sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, most);
    const missing = best.map(([file]) => file).filter((file) => !this.wordFiles.has(file));
    return this.scales || !missing.length ? missing : [header.word_files.count, ...missing];
  }

  /**
   * The words of a text in a language: each its form, its number in the compact model (null for one that it lacks), whether it is ignored,
   * and, where its file was read, `own` with its features (null for one that no two studies have).
   */
  lookUp(forms, language) {
    const shift = 32 - this.header.hash_bits;
    return forms.map((form) => {
      const hash = hashForm(language, form);
      const known = this.wordOfHash.get(hash >>> shift) ?? { word: null, isIgnored: [...form].length < 2 && !/^\p{N}/u.test(form) };
      const file = this.wordFiles.size ? this.wordFiles.get(this.fileOf(form, language)) : null;
      if (!file) return { form, ...known };
      const own = file.words.get(hash >>> file.shift);
      return { form, word: known.word, own: own ?? null, isIgnored: own === null || (own === undefined && known.word === null && known.isIgnored) };
    });
  }

  /** The position of the language of a draft, that in which most of its words are known; null where none is. */
  findGroup(forms, hint) {
    let [best, most] = [null, 0];
    this.header.groups.forEach(([language], group) => {
      const known = this.lookUp(forms, language).filter(({ word }) => word !== null).length + (language === hint ? 0.5 : 0);
      if (known > most) [best, most] = [group, known];
    });
    return best;
  }

  /**
   * Counts the features of a draft or of the text of a study, by block and name: each {block, feature, count}, with the feature of the
   * model, null for one that it lacks; `written` has the words as they were typed.
   */
  countFeatures(draft, language) {
    const counts = new Map();
    const written = new Map();
    const add = (feature, block, name, count) => {
      const key = `${block} ${name}`;
      const entry = counts.get(key);
      if (entry) entry.count += count;
      else counts.set(key, { block, feature: feature ?? null, count });
    };
    const addText = (text, count, isHypothesis) => {
      const found = this.lookUp(cutForms(text), language);
      let before = null;
      found.forEach((one, at) => {
        const { word, isIgnored, form } = one;
        const name = one.own ? `file ${one.own.id}` : one.own === null ? form : word ?? form;
        const [own, asked] = one.own === undefined ? (word === null ? [null, null] : this.words[word]) : one.own?.features ?? [null, null];
        if (!isIgnored) {
          add(own, WORD, name, count);
          if (own) written.set(own, form);
          if (isHypothesis) add(asked, HYPOTHESIS, name, 1);
          if (before !== null) add(this.findBigram(before, one), BIGRAM, `${before.name} ${name}`, count);
          before = { ...one, name };
        }
        for (const { features, concept } of this.findConcepts(found, at, language)) {
          const [own, asked] = this.fileConcepts.get(concept) ?? features;
          if (own) add(own, CONCEPT, concept, count);
          if (isHypothesis && asked) add(asked, HYPOTHESIS, `concept ${concept}`, 1);
        }
      });
    };
    const [titleCount, leadCount, bodyCount, tacticCount, channelCount] = this.header.counts;
    addText(draft.title, titleCount);
    if (draft.summary) addText(draft.summary, leadCount);
    if (draft.hypothesis) addText(draft.hypothesis, leadCount, true);
    for (const part of textsOfBody(draft.body)) addText(part, bodyCount);
    const terms = [this.header.tactics, this.header.channels].map((ids, kind) => (draft[kind ? "channels" : "tactics"] ?? []).map((id) => [id, ids.indexOf(id)]));
    terms.forEach((list, kind) => list.forEach(([id, number]) => add(this.terms[kind].get(number), FACET, `${kind} ${id}`, kind ? channelCount : tacticCount)));
    return { counts, written, tactics: terms[0].map(([, number]) => number) };
  }

  /** The concepts whose longest phrases begin at a place among the words of a text: each its number and features. */
  findConcepts(found, at, language) {
    const { word } = found[at];
    const phrases = word === null ? [] : this.phrases.get(`${language} ${word}`) ?? [];
    const matching = phrases.filter(({ words }) => words.every((one, place) => found[at + place]?.word === one));
    const longest = Math.max(...matching.map(({ words }) => words.length));
    return matching.filter(({ words }) => words.length === longest);
  }

  /** The feature of two words that follow one another; undefined where there is none. */
  findBigram(first, second) {
    if (first.own !== undefined && second.own !== undefined) return second.own ? first.own?.bigrams.get(second.own.id) : undefined;
    return first.word !== null && second.word !== null ? this.bigrams.get(first.word * this.header.words + second.word) : undefined;
  }

  /** Inverse document frequency, as `Weights::inverse_document_frequency`. */
  idf(here, size, there, others) {
    const pseudo = this.header.share_pseudo_count;
    const elsewhere = (there + 0.02 * pseudo) / (others + pseudo);
    const share = (here + pseudo * elsewhere) / (size + pseudo);
    return share > this.header.max_share ? 0 : -Math.log(share);
  }

  /**
   * The vector of counts for a relation, 0 within a language and 1 across: features of the model with their weights, and the blocks that it
   * has. A feature that the model lacks counts as one that a single study has.
   */
  weigh(counts, group, relation) {
    const { records, groups } = this.header;
    const { weight, damping } = relation ? this.header.cross_language : this.header.same_language;
    const size = group === null ? 0 : groups[group][1];
    const unknown = relation ? 0 : this.idf(1, size, 0, records - size);
    const norms = new Float64Array(BLOCK_COUNT);
    const values = [];
    for (const { block, feature, count } of counts.values()) {
      const idf = feature ? (group === null ? null : feature.idfs[group]) ?? this.idf(0, size, feature.frequency, records - size) : unknown;
      const value = Math.max(0.1, 1 + Math.log(Math.max(0.3, count))) * idf;
      norms[block] += value * value;
      if (feature) values.push([feature, value]);
    }
    const scales = norms.map((norm, block) => (norm > 0 ? Math.sqrt(weight[block] / (norm + damping[block])) : 0));
    const mask = norms.reduce((bits, norm, block) => (norm > 0 ? bits | (1 << block) : bits), 0);
    return { mask, features: values.map(([feature, value]) => [feature, value * scales[feature.block]]) };
  }

  /**
   * The studies most like a draft {title, summary, hypothesis, body, tactics, channels}, highest score first: each with its score and the
   * words and terms that it shares, by weight. Words whose files were added count in all studies that have them.
   */
  findNearest(draft, limit) {
    const { header } = this;
    const forms = cutForms(textOf(draft));
    const group = this.findGroup(forms);
    const { counts, written, tactics } = this.countFeatures(draft, group === null ? 0 : header.groups[group][0]);
    const similarities = new Float64Array(header.records);
    const vectors = Array.from({ length: this.relations }, (_, relation) => this.weigh(counts, group, relation));
    vectors.forEach(({ features }, relation) => {
      for (const [feature, weight] of features) {
        const { documents, weights } = feature.lists[relation];
        for (let at = 0; at < documents.length; at += 1) {
          const isOwn = this.inFile[documents[at]].group === group;
          if (isOwn === (relation === 0)) similarities[documents[at]] += weight * weights[at];
        }
      }
    });
    this.inFile.forEach((study, at) => {
      const relation = study.group === group || this.relations === 1 ? 0 : 1;
      const { weight } = relation ? header.cross_language : header.same_language;
      const mask = study.masks[relation] & vectors[relation].mask;
      const shared = weight.reduce((sum, one, block) => ((mask >> block) & 1 ? sum + one : sum), 0);
      similarities[at] /= Math.max(shared, weight[0]);
      const areDisjoint = tactics.length > 0 && study.tactics.length > 0 && !study.tactics.some((tactic) => tactics.includes(tactic));
      if (areDisjoint) similarities[at] *= header.disjoint_tactics_factor;
    });
    const found = header.groups.flatMap((_, number) => this.scoreGroup(number, group, similarities));
    found.sort((one, other) => other.score - one.score || one.address - other.address);
    return found.slice(0, limit).map((one) => ({ ...one, shared: { ...this.sharedTerms(one.study, draft), words: this.sharedWords(one, vectors, written, group) } }));
  }

  /** The studies of a language with their scores; `own` is the language of the draft. */
  scoreGroup(number, own, similarities) {
    const { header } = this;
    const members = [];
    this.inFile.forEach((study, at) => study.group === number && similarities[at] > 0 && members.push({ study, at, address: study.address, similarity: similarities[at] }));
    members.sort((one, other) => other.similarity - one.similarity || one.address - other.address);
    const [depth, , , , maxLevelRatio, maxLevelAcross] = header.background;
    const nearest = members.slice(0, depth).map(({ similarity }) => similarity);
    const relation = number === own || this.relations === 1 ? 0 : 1;
    const [level, tailScale, mean] = header.hub[relation];
    const background = this.background(nearest, header.groups[number][1], relation);
    if (relation === 0) {
      const most = Math.sqrt(header.max_correction);
      const correction = Math.min(most, Math.max(1 / most, Math.sqrt(mean / Math.max(this.estimate(background, null).mean, 1e-7))));
      return members.slice(0, MAX_SCORED).map((member) => {
        const above = softplus((member.similarity * correction * member.study.correction - level) / tailScale);
        return { ...member, score: above / (above + header.same_language.half) };
      });
    }
    return members.slice(0, MAX_SCORED).map((member) => {
      const estimate = this.estimate(background, member.similarity);
      const highest = Math.min(maxLevelRatio * level, maxLevelAcross);
      const ownSteps = (member.similarity - Math.min(estimate.level, highest)) / estimate.tailScale;
      const [theirLevel, theirScale] = own === null ? [header.prior[0], header.prior[1]] : member.study.levels[own];
      const above = (ownSteps + (member.similarity - theirLevel) / theirScale) / 2;
      return { ...member, score: above <= 0 ? 0 : above / (above + header.cross_language.half) };
    });
  }

  /** The similarities of the nearest unrelated studies, as `Background::from_nearest`. */
  background(nearest, population, relation) {
    const [depth, minGapRatio, minSimilarity, , , , maxKept] = this.header.background;
    const isComplete = nearest.length < depth && nearest.length < population;
    const following = [...nearest.slice(1), ...(isComplete ? [0] : [])];
    let relatives = 0;
    following.forEach((next, at) => {
      if (nearest[at] >= minGapRatio * Math.max(next, minSimilarity)) relatives = at + 1;
    });
    if (relation === 1 && relatives <= maxKept) relatives = 0;
    return { similarities: nearest.slice(relatives, relatives + this.header.background_size + 1), population: population - relatives };
  }

  /** Mean, level and tail scale of a background, as `Background::estimate_without`; without `similarity` as `estimate`. */
  estimate({ similarities, population }, similarity) {
    const { background_size: size, background } = this.header;
    const [, , minSimilarity, referenceSize] = background;
    const [priorLevel, priorScale, pseudo] = this.header.prior;
    let used = similarities;
    const place = similarity === null ? -1 : similarities.findIndex((other) => other <= similarity);
    if (place > 0 || (place === 0 && similarities[0] >= similarity)) used = similarities.filter((_, at) => at !== place);
    used = used.slice(0, size);
    const sum = used.reduce((total, one) => total + one, 0);
    const mean = (sum + (size - used.length) * priorLevel) / size;
    const tailScale = (sum - (used.at(-1) ?? 0) * used.length + priorScale * pseudo) / (used.length + pseudo);
    const level = Math.max(minSimilarity, mean + tailScale * Math.log(referenceSize / Math.max(population, size)));
    return { mean, level, tailScale };
  }

  /** The words of the draft that a study has too, as they were typed, the weightiest first. */
  sharedWords({ study, at }, vectors, written, group) {
    const relation = study.group === group || this.relations === 1 ? 0 : 1;
    const words = [];
    for (const [feature, weight] of vectors[relation].features) {
      const { documents, weights } = feature.lists[relation];
      const place = written.has(feature) ? documents.indexOf(at) : -1;
      if (place >= 0) words.push([written.get(feature), weight * weights[place]]);
    }
    return words.sort((one, other) => other[1] - one[1]).slice(0, MAX_SHARED_WORDS).map(([word]) => word);
  }

  /** The ids of tactics and channels that a study shares with a draft. */
  sharedTerms(study, draft) {
    const common = (numbers, ids, own) => numbers.map((number) => ids[number]).filter((id) => own.includes(id));
    return { tactics: common(study.tactics, this.header.tactics, draft.tactics), channels: common(study.channels, this.header.channels, draft.channels) };
  }
}

/** `ln(1 + e^value)`. */
const softplus = (value) => (value > 20 ? value : Math.log1p(Math.exp(value)));
