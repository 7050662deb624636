// What the checks of the command line (`casebook check --explain all`) would say about a record in the form, in plain words. Each
// problem is `{isError, key, values, field, entry}`: the key of its text, the field that it is about, and the position of a result.

/** The longest summary in characters, as `summary-too-long`. */
const MAX_SUMMARY_LENGTH = 300;
/** The smallest number of people that lets nobody be recognised, as `sample-too-small`. */
const MIN_COUNT = 5;
/** Days after which a plan or an end that has passed is told, as `planned-past-start` and `running-past-end`. */
const GRACE_DAYS = { planned: 30, running: 30 };
const DAY = 86_400_000;

/** The step to which a figure is rounded, such as 0.1 for 3.4; 0 for a figure with more than four decimals. */
const resolution = (figure) => [1, 0.1, 0.01, 0.001, 0.0001].find((step) => Math.abs(Math.round(figure / step) * step - figure) < step * 1e-6) ?? 0;

/** What is wrong with one result: `read` makes a number of a text, `metrics` are the terms of metrics by id. */
function* checkResult(result, entry, read, metrics) {
  const hint = (key, values = {}) => ({ isError: false, key, values, field: "results", entry });
  const figure = (name) => (result[name] ? read(result[name]) : null);
  const [lift, low, high] = ["lift", "ci_low", "ci_high"].map(figure);
  const control = figure("control") ?? figure("baseline");
  const variant = figure("variant");
  if (!result.source?.trim()) yield hint("problem_source");
  if (low !== null && high !== null && low > high) yield hint("problem_interval");
  else if (lift !== null && low !== null && high !== null && (lift < low || lift > high)) yield hint("problem_lift_interval");
  if (lift !== null && control !== null && variant !== null) {
    const step = Math.max(resolution(control), resolution(variant));
    const isAbsolute = result.lift_type === "absolute";
    const computed = isAbsolute ? variant - control : (variant / control - 1) * 100;
    const rounding = isAbsolute ? step : (step / Math.abs(control)) * 100 * Math.max(Math.abs(variant / control), 1);
    if (Number.isFinite(computed) && Math.abs(lift - computed) > rounding + Math.max(Math.abs(lift) * 0.1, isAbsolute ? 0 : 1)) yield hint("problem_lift_arms", { lift: computed });
  }
  const [chance, probability] = ["chance_to_win", "p_value"].map(figure);
  if (chance !== null && (chance < 0 || chance > 100)) yield hint("problem_chance");
  if (probability !== null && (probability < 0 || probability > 1)) yield hint("problem_p_value");
  const unit = metrics.get(result.metric?.[0])?.unit;
  const isIndexed = result.indexed === "true";
  const figures = ["baseline", "control", "variant"].map(figure).filter((value) => value !== null);
  if (!isIndexed && unit === "money" && figures.length && !result.currency?.trim()) yield hint("problem_currency");
  if (result.currency?.trim() && !/^[A-Za-z]{3}$/.test(result.currency.trim())) yield hint("problem_currency");
  if (!isIndexed && ["people", "count"].includes(unit) && figures.some((value) => value > 0 && value < MIN_COUNT && Number.isInteger(value))) yield hint("problem_small_count");
}

/** Which way the primary metric moved for the better: above zero, below zero, or 0 where that is unknown. */
export function gainOf(result, read, metrics) {
  const figure = (name) => (result[name] ? read(result[name]) : null);
  const [control, variant] = [figure("control") ?? figure("baseline"), figure("variant")];
  const lift = figure("lift") ?? (control !== null && variant !== null ? variant - control : null);
  const better = metrics.get(result.metric?.[0])?.better;
  if (lift === null || !["higher", "lower"].includes(better)) return null;
  return better === "lower" ? -lift : lift;
}

/**
 * The problems of a record whose fields have these values, as the controls give them. `read` makes a number of a text and null of none,
 * `metrics` are the terms of metrics by id, `today` is a day (ISO 8601).
 */
export function* checkRecord(values, { kind, read, metrics, today }) {
  const hint = (key, field, more = {}) => ({ isError: false, key, values: {}, field, ...more });
  const { status, start, end, outcome } = values;
  const isPast = (day, grace) => day && Date.parse(day) + grace * DAY < Date.parse(today);
  if (kind === "idea") {
    if (status === "declined" && !values.declined_reason?.trim()) yield hint("problem_declined", "declined_reason");
    if (status === "done" && !values.becomes?.length) yield hint("problem_done", "becomes");
    return;
  }
  if (start && end && end < start) yield hint("problem_order", "end", { isError: true });
  if (["completed", "stopped-early"].includes(status) && end > today) yield hint("problem_end_future", "end");
  const isUnfinished = ["planned", "running"].includes(status);
  if (isUnfinished && outcome && outcome !== "in-evaluation") yield hint("problem_outcome_early", "outcome");
  const results = values.results ?? [];
  if (status === "planned" && results.length) yield hint("problem_results_planned", "results");
  if (status === "planned" && isPast(start, GRACE_DAYS.planned)) yield hint("problem_planned_past", "status");
  if (status === "running" && isPast(end, GRACE_DAYS.running)) yield hint("problem_running_past", "status");
  if ([...(values.summary ?? "").trim()].length > MAX_SUMMARY_LENGTH) yield hint("problem_summary", "summary");
  const sample = values.sample_size ? read(values.sample_size) : null;
  if (sample !== null && sample < MIN_COUNT) yield hint("problem_sample", "sample_size");
  const level = values.confidence_level ? read(values.confidence_level) : null;
  if (level !== null && (level < 50 || level >= 100)) yield hint("problem_level", "confidence_level");
  const effect = values.mde ? read(values.mde) : null;
  if (effect !== null && effect <= 0) yield hint("problem_mde", "mde");
  const names = (values.variants ?? []).map(({ name }) => name?.trim().toLowerCase()).filter(Boolean);
  if (new Set(names).size < names.length) yield hint("problem_variants", "variants");

  const primaries = results.filter(({ role }) => role === "primary");
  if (primaries.length > 1) yield hint("problem_primaries", "results", { isError: true, entry: results.indexOf(primaries[1]) });
  if (results.length && primaries.length === 0) yield hint("problem_primary", "results");
  for (const [entry, result] of results.entries()) yield* checkResult(result, entry, read, metrics);
  if (primaries.length !== 1) return;
  const [primary] = primaries;
  const gain = gainOf(primary, read, metrics);
  if (gain !== null && outcome === "won" && gain < 0) yield hint("problem_outcome_worse", "outcome");
  if (gain !== null && outcome === "lost" && gain > 0) yield hint("problem_outcome_better", "outcome");
  const [low, high] = ["ci_low", "ci_high"].map((name) => (primary[name] ? read(primary[name]) : null));
  if (outcome === "won" && low !== null && high !== null && low <= 0 && high >= 0) yield hint("problem_won_chance", "outcome");
}
