// Shows the existing experiments that are most like a draft while it is written, as the search finds them by its title.
import { element } from "./dom.js";
import * as engine from "./engine.js";
import { describeHit } from "./hits.js";
import { loadLabels } from "./labels.js";
import { buildRow } from "./rows.js";

const MAX_SHOWN = 5;
/** The fewest letters of a title that is searched for. */
const MIN_LETTERS = 4;
let latestTurn = 0;

/** Shows the experiments most like a draft with this title below `heading`; nothing where there is none, or search cannot run. */
export async function showNearest(container, { heading, title }) {
  const turn = ++latestTurn;
  const text = title.trim();
  let hits = [];
  if (text.length >= MIN_LETTERS) {
    const request = { text, limit: MAX_SHOWN, offset: 0, facets: [], filters: { type: ["case-study"] } };
    const [response] = await Promise.all([engine.search(request, "nearest").catch(() => null), loadLabels()]);
    hits = response?.hits ?? [];
  }
  if (turn !== latestTurn) return;
  const rows = hits.map((hit) => buildRow(describeHit(hit)));
  container.replaceChildren(...(rows.length ? [element("h2", {}, heading), element("ol", { class: "rows" }, rows)] : []));
}
