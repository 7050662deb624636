// The orders of case studies in lists and search. Gains are compared within one metric only, and what is retired comes last in each order.
import { element } from "./dom.js";
import { label } from "./labels.js";
import { formatNumber, language, text } from "./site.js";

/** The order of the site's language, not of the browser's. */
const collator = new Intl.Collator(language);

/**
 * Orders studies that stand in list order. `read` gives what counts of one: {grade, compared, isRetired}, where `compared` is the id of its
 * metric with its gain in percent, if it has any. Returns them with the metrics by which they can be compared, [id, count] of the most
 * frequent first, the one that is used, and the position from which on they are not compared.
 */
export function orderStudies(studies, sort, wantedMetric, read) {
  const all = studies.map((study) => ({ study, ...read(study) }));
  if (sort === "grade") {
    all.sort((a, b) => Number(a.isRetired) - Number(b.isRetired) || collator.compare(a.grade ?? "Z", b.grade ?? "Z"));
  }
  if (sort !== "lift") return { studies: all.map(({ study }) => study), metrics: [], metric: null, divider: -1 };
  const metrics = countMetrics(all);
  const metric = metrics.find(([id]) => id === wantedMetric)?.[0] ?? metrics[0]?.[0] ?? null;
  const isCompared = ({ compared, isRetired }) => !isRetired && compared?.[0] === metric;
  const compared = all.filter(isCompared).sort((a, b) => b.compared[1] - a.compared[1]);
  // Those with a result on another metric, those without any to compare, retired ones.
  const place = (one) => (one.isRetired ? 2 : one.compared ? 0 : 1);
  const others = all.filter((one) => !isCompared(one)).sort((a, b) => place(a) - place(b));
  return { studies: [...compared, ...others].map(({ study }) => study), metrics, metric, divider: compared.length && others.length ? compared.length : -1 };
}

/** The metrics of studies that are not retired with their number of studies, the most frequent first. */
function countMetrics(all) {
  const counts = new Map();
  for (const { compared, isRetired } of all) if (compared && !isRetired) counts.set(compared[0], (counts.get(compared[0]) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || collator.compare(label("metric", a[0]), label("metric", b[0])));
}

/** The rows of ordered studies with a line where those begin that are not compared; `shownCount` is their number. */
export function addDivider(rows, { divider }, shownCount) {
  if (divider < 0 || divider >= shownCount) return rows;
  return [...rows.slice(0, divider), element("li", { class: "row-divider" }, text("row.not_compared")), ...rows.slice(divider)];
}

/** Creates the choice of the metric by which gains are compared; hidden in every other order. Returns its label and how to draw it. */
export function createMetricSelect(onChange) {
  const select = element("select", { onchange: () => onChange(select.value) });
  const node = element("label", { class: "list-metric", hidden: true }, text("row.compared_by"), " ", select);
  const draw = ({ metrics, metric }) => {
    node.hidden = metrics.length === 0;
    select.replaceChildren(...metrics.map(([id, count]) => element("option", { value: id }, `${label("metric", id)} (${formatNumber(count)})`)));
    if (metric) select.value = metric;
  };
  return { node, draw };
}
