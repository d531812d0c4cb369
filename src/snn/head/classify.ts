import { SnnError } from '../errors.ts';
import { exp, sigmoid } from './exp.ts';
import type { Affine, Head } from './head.ts';

/** One value per class, in the order of `head.classes`. */
export interface Classification {
  /** Before the prior adjustment and the temperature. */
  readonly logits: Float64Array;
  readonly probabilities: Float64Array;
}

/**
 * Spike counts → class probabilities, bit for bit the same on every host: doubles, sums from
 * index 0 upward, and this project's own exp.
 *
 *     feature = count · scale + offset
 *     gate    = sigmoid(expand · relu(reduce · feature + b) + b')
 *     logits  = classifier · (feature ∘ gate) + b''
 *     p       = softmax((logits + priorAdjustment) / temperature)
 *
 * Throws SnnError 'head-invalid' where the number of counts is not the head's, or where the
 * head's numbers are so large that the logits overflow.
 */
export function classify(head: Head, spikeCounts: Int32Array): Classification {
  const { logits, scores } = classScores(head, spikeCounts);
  return { logits, probabilities: softmax(scores) };
}

/** The logits, and what the softmax takes: throws as `classify` does. */
export function classScores(
  head: Head,
  spikeCounts: Int32Array,
): { readonly logits: Float64Array; readonly scores: Float64Array } {
  const { features, gates } = gatedFeatures(head, spikeCounts);
  const gated = features.map((feature, index) => feature * (gates[index] ?? 0));
  const logits = affine(head.classifier, gated);
  const scores = logits.map(
    (logit, index) => (logit + (head.priorAdjustment[index] ?? 0)) / head.temperature,
  );
  if (!scores.every(Number.isFinite)) {
    throw new SnnError('head-invalid', `The head '${head.name}' gives logits that are not finite`);
  }
  return { logits, scores };
}

/** One feature and one gate per spike count; throws as `classify` does. */
export function gatedFeatures(
  { name, featureScale, featureOffset, squeezeExcitation }: Head,
  spikeCounts: Int32Array,
): { readonly features: Float64Array; readonly gates: Float64Array } {
  if (spikeCounts.length !== featureScale.length) {
    throw new SnnError(
      'head-invalid',
      `The head '${name}' reads ${featureScale.length} spike counts; ${spikeCounts.length} were given`,
    );
  }
  const features = featureScale.map(
    (scale, index) => (spikeCounts[index] ?? 0) * scale + (featureOffset[index] ?? 0),
  );
  const hidden = affine(squeezeExcitation.reduce, features).map((value) => Math.max(value, 0));
  return { features, gates: affine(squeezeExcitation.expand, hidden).map(sigmoid) };
}

/**
 * The bias is added last. Four rows at a time, so that no sum waits for itself; each is added from index
 * 0 upward all the same.
 */
export function affine(
  { rows, columns, weights, bias }: Affine,
  x: ArrayLike<number>,
): Float64Array {
  const input = x instanceof Float64Array ? x : new Float64Array(x);
  const result = new Float64Array(rows);
  const even = rows - (rows % 4);
  for (let row = 0; row < even; row += 4) {
    let at = row * columns;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let column = 0; column < columns; column++, at++) {
      const value = input[column] as number;
      a += (weights[at] as number) * value;
      b += (weights[at + columns] as number) * value;
      c += (weights[at + 2 * columns] as number) * value;
      d += (weights[at + 3 * columns] as number) * value;
    }
    result[row] = a + (bias[row] as number);
    result[row + 1] = b + (bias[row + 1] as number);
    result[row + 2] = c + (bias[row + 2] as number);
    result[row + 3] = d + (bias[row + 3] as number);
  }
  for (let row = even; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      sum += (weights[row * columns + column] as number) * (input[column] as number);
    }
    result[row] = sum + (bias[row] as number);
  }
  return result;
}

/** Shifted by the highest score, so that no exponential overflows. */
export function softmax(scores: Float64Array): Float64Array {
  const highest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  const powers = scores.map((score) => exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
