// The result of two arms: lift, interval and evidence grade.

/** The quantile of the normal distribution below which a share of it lies (rational approximation; error below 1.2e-9). */
export function normalQuantile(share) {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  const polynomial = (factors, x) => factors.reduce((sum, factor) => sum * x + factor, 0);
  if (share > 0.97575) return -normalQuantile(1 - share);
  if (share < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(share));
    return polynomial(c, q) / (polynomial(d, q) * q + 1);
  }
  const q = share - 0.5;
  const r = q * q;
  return (polynomial(a, r) * q) / (polynomial(b, r) * r + 1);
}

/**
 * Lift of the variant against the control in percent, with the ends of its interval: the interval of the logarithm of the ratio (delta
 * method), taken back. Each arm has `value` and `spread`, the variance of the logarithm of its value. Null without a ratio.
 */
function compare(control, variant, level) {
  if (!(control.value > 0) || !(variant.value > 0)) return null;
  const ratio = Math.log(variant.value / control.value);
  const half = normalQuantile(0.5 + level / 200) * Math.sqrt(control.spread + variant.spread);
  if (!Number.isFinite(half)) return null;
  const percent = (logarithm) => (Math.exp(logarithm) - 1) * 100;
  return { control: control.value, variant: variant.value, lift: percent(ratio), low: percent(ratio - half), high: percent(ratio + half) };
}

/** Two arms of people and conversions, `{people, conversions}`; `level` in percent. */
export function compareShares(control, variant, level = 95) {
  const arms = [control, variant];
  if (!arms.every(({ people, conversions }) => people > 0 && conversions > 0 && conversions <= people)) return null;
  const [first, second] = arms.map(({ people, conversions }) => ({ value: conversions / people, spread: 1 / conversions - 1 / people }));
  return compare(first, second, level);
}

/** Two arms of a mean, its standard deviation and a number, `{mean, deviation, number}`; `level` in percent. */
export function compareMeans(control, variant, level = 95) {
  const arms = [control, variant];
  if (!arms.every(({ mean, deviation, number }) => mean > 0 && deviation >= 0 && number > 0)) return null;
  const [first, second] = arms.map(({ mean, deviation, number }) => ({ value: mean, spread: deviation ** 2 / (number * mean ** 2) }));
  return compare(first, second, level);
}

/** The evidence grade of a study and what a better one lacks, by the rule of `src/catalog/grade.rs`. */
export function gradeEvidence({ method, hasFigures, hasInterval, hasSample, hasSource }, randomised) {
  const parts = [[Boolean(method), "method"], [hasFigures, "figures"], [hasInterval, "interval"], [hasSample, "sample"], [hasSource, "source"]];
  const missing = parts.filter(([isThere]) => !isThere).map(([, name]) => name);
  const lacks = missing.filter((name) => name !== "method").length;
  const isRandomised = randomised.includes(method);
  let grade = "D";
  if (isRandomised && lacks === 0) grade = "A";
  else if (isRandomised && hasFigures && lacks <= 1) grade = "B";
  else if (method === "matched-market" && hasInterval) grade = "B";
  else if (["pre-post", "observational", "survey"].includes(method) && hasFigures && hasSource) grade = "C";
  return { grade, missing };
}
