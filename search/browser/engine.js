// The search engine as a JavaScript object: wasm in, questions and answers out. Knows nothing of workers or pages.

const HEADER = 16;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** An error with one of the codes of `search/PROTOCOL.md`. */
export class SearchError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Undoes the compression of an index file; the engine checks length and checksum itself. */
export async function inflate(bytes, name) {
  if (bytes.length < 4 || decoder.decode(bytes.subarray(0, 4)) !== "CBKS") {
    throw new SearchError("foreign-file", `${name} is not a file of a search index; the server may have answered with a page of its own`);
  }
  if (bytes.length < HEADER) throw new SearchError("damaged", `${name} is cut short`);
  if (bytes[7] === 0) return bytes;
  let plain;
  try {
    const stream = new Blob([bytes.subarray(HEADER)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    plain = new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new SearchError("damaged", `${name} is cut short or altered`);
  }
  const file = new Uint8Array(HEADER + plain.length);
  file.set(bytes.subarray(0, HEADER));
  file[7] = 0;
  file.set(plain, HEADER);
  return file;
}

/** One instance of the engine. */
export class Engine {
  /** @param {WebAssembly.Module} module */
  static async start(module) {
    const engine = new Engine();
    const browser = { compose: (at, length) => engine.#compose(at, length) };
    const instance = await WebAssembly.instantiate(module, { browser });
    engine.exports = instance.exports;
    return engine;
  }

  /** Opens an index from its opening file, compression undone. */
  open(file) {
    this.#put(file.length, (room) => room.set(file));
    return this.#ask("open").done;
  }

  /** Takes in a file that a question missed, compression undone. */
  add(name, file) {
    const label = encoder.encode(name);
    this.#put(4 + label.length + file.length, (room) => {
      new DataView(room.buffer, room.byteOffset).setUint32(0, label.length, true);
      room.set(label, 4);
      room.set(file, 4 + label.length);
    });
    this.#ask("add");
  }

  /** Asks once: `{done}` or `{missing: [names]}`. */
  call(question) {
    const bytes = encoder.encode(JSON.stringify(question));
    this.#put(bytes.length, (room) => room.set(bytes));
    return this.#ask("call");
  }

  /** Unicode tables are in every browser already: the engine lends a text and gets it back in its input. */
  #compose(at, length) {
    const text = decoder.decode(new Uint8Array(this.exports.memory.buffer, at, length));
    const bytes = encoder.encode(text.normalize("NFKC").toLowerCase());
    this.#put(bytes.length, (room) => room.set(bytes));
  }

  #put(length, fill) {
    this.#guard(() => {
      const at = this.exports.room(length);
      fill(new Uint8Array(this.exports.memory.buffer, at, length));
    });
  }

  #ask(name) {
    const answer = this.#guard(() => {
      this.exports[name]();
      const at = this.exports.answer_at();
      return JSON.parse(decoder.decode(new Uint8Array(this.exports.memory.buffer, at, this.exports.answer_len())));
    });
    if (answer.error) throw new SearchError(answer.error.code, answer.error.message);
    return answer;
  }

  #guard(work) {
    try {
      return work();
    } catch (error) {
      if (error instanceof SearchError) throw error;
      // A trap leaves the instance in no state to go on.
      throw new SearchError("crashed", `the search engine ended: ${error.message}`);
    }
  }
}
