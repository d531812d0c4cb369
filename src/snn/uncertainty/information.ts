import { ln } from '../ln.ts';

/** How the passes' probabilities of one class lie. */
export interface ClassSpread {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Sample standard deviation (divisor passes − 1); 0 for a single pass. */
  readonly deviation: number;
  /** Of the mean, by the number of passes: deviation / √passes. */
  readonly standardError: number;
}

/** Entropies are in nats; divide by ln 2 for bits. */
export interface Information {
  readonly classes: readonly ClassSpread[];
  /** Entropy of the mean probabilities, 0 … ln classes: the whole uncertainty. */
  readonly predictiveEntropy: number;
  /** Mean entropy of the passes: what stays when the noise is known. */
  readonly expectedEntropy: number;
  /** Predictive less expected entropy, 0 … ln passes: how far the passes disagree (BALD). */
  readonly mutualInformation: number;
  /** Share of the passes whose likeliest class is that of the mean; 1 less the variation ratio. */
  readonly agreement: number;
}

/**
 * With p_t the probabilities of pass t of T and m their mean (N. Houlsby et al., Bayesian
 * active learning for classification and preference learning, arXiv 1112.5745, 2011):
 *
 *     predictive H(m) = −Σ m ln m,   expected 1/T Σ_t H(p_t),
 *     mutual information 1/T Σ_t Σ p_t ln(p_t / m)
 *
 * The last equals the difference of the first two, but keeps its digits where it is small. Over
 * few passes it is low on average, about (T − 1)/T of its value. The mean is the first pass plus the
 * mean of the differences from it, so that equal passes have no information, exactly. Sums run
 * from the first pass and class upward. There is at least one pass, all over the same classes.
 */
export function informationOf(passes: readonly Float64Array[]): Information {
  const first = passes[0] ?? new Float64Array();
  const means = first.map(
    (p, k) => p + passes.reduce((sum, pass) => sum + ((pass[k] ?? 0) - p), 0) / passes.length,
  );
  const top = likeliest(means);
  let expected = 0;
  let information = 0;
  let agreeing = 0;
  for (const pass of passes) {
    expected += entropy(pass);
    if (likeliest(pass) === top) agreeing++;
    for (const [k, p] of pass.entries()) {
      const mean = means[k] ?? 0;
      if (p > 0 && mean > 0) information += p * ln(p / mean);
    }
  }
  return {
    classes: Array.from(means, (mean, k) => spread(mean, passes, k)),
    predictiveEntropy: entropy(means),
    expectedEntropy: expected / passes.length,
    mutualInformation: Math.max(information / passes.length, 0),
    agreement: agreeing / passes.length,
  };
}

function entropy(probabilities: Float64Array): number {
  let sum = 0;
  for (const p of probabilities) if (p > 0) sum += p * ln(p);
  return Math.max(-sum, 0);
}

function likeliest(probabilities: Float64Array): number {
  let best = 0;
  for (const [k, p] of probabilities.entries()) if (p > (probabilities[best] ?? 0)) best = k;
  return best;
}

function spread(mean: number, passes: readonly Float64Array[], k: number): ClassSpread {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let squares = 0;
  for (const pass of passes) {
    const p = pass[k] ?? 0;
    low = Math.min(low, p);
    high = Math.max(high, p);
    squares += (p - mean) * (p - mean);
  }
  const deviation = Math.sqrt(squares / Math.max(passes.length - 1, 1));
  return { mean, low, high, deviation, standardError: deviation / Math.sqrt(passes.length) };
}
