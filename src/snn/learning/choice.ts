import { exp } from '../head/exp.ts';
import { ln } from '../ln.ts';
import { cholesky, solveCholesky } from './symmetric.ts';

/**
 * One image in a choice among K classes whose logits depend on M parameters:
 * logit k = offset k + Σ factor(k, m)·parameter m.
 */
export interface Choice {
  readonly offsets: Float64Array;
  /** K × M, row by row. */
  readonly factors: Float64Array;
  readonly truth: number;
  readonly weight: number;
}

/** The parameters before anything was seen, and how far they are expected to lie from there. */
export interface Expectation {
  readonly centre: Float64Array;
  readonly deviation: Float64Array;
}

const MAX_STEPS = 50;
const MAX_HALVINGS = 30;

/**
 * The parameters of the greatest posterior probability (multinomial logistic regression with a normal
 * prior, Newton's method with halved steps): the same bits on every host.
 */
export function fitChoices(choices: readonly Choice[], { centre, deviation }: Expectation) {
  const size = centre.length;
  const precision = deviation.map((value) => 1 / (value * value));
  const loss = (parameters: Float64Array) =>
    choices.reduce((sum, choice) => sum + choice.weight * surprise(choice, parameters), 0) +
    parameters.reduce((sum, value, m) => {
      const offset = value - (centre[m] ?? 0);
      return sum + (offset * offset * (precision[m] ?? 0)) / 2;
    }, 0);
  let parameters = centre.slice();
  let current = loss(parameters);
  for (let step = 0; step < MAX_STEPS; step++) {
    const gradient = parameters.map((value, m) => (value - (centre[m] ?? 0)) * (precision[m] ?? 0));
    const curvature = new Float64Array(size * size);
    for (let m = 0; m < size; m++) curvature[m * size + m] = precision[m] ?? 0;
    for (const choice of choices) accumulate(choice, parameters, gradient, curvature);
    const direction = solveCholesky(cholesky(curvature, size), size, gradient);
    let scale = 1;
    let next = current;
    let moved = parameters;
    for (let halving = 0; halving < MAX_HALVINGS; halving++, scale /= 2) {
      moved = parameters.map((value, m) => value - scale * (direction[m] ?? 0));
      next = loss(moved);
      if (next < current) break;
    }
    if (!(next < current)) break;
    const gain = current - next;
    parameters = moved;
    current = next;
    if (gain <= 1e-12 * Math.abs(current)) break;
  }
  return parameters;
}

export function choiceLogits({ offsets, factors }: Choice, parameters: Float64Array): Float64Array {
  const size = parameters.length;
  return offsets.map((offset, k) => {
    let logit = offset;
    for (let m = 0; m < size; m++) logit += (factors[k * size + m] ?? 0) * (parameters[m] ?? 0);
    return logit;
  });
}

/** ln Σ e^x, without overflow. */
export function logSum(logits: Float64Array): number {
  const highest = logits.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  return highest + ln(logits.reduce((sum, x) => sum + exp(x - highest), 0));
}

/** −ln p of the true class. */
function surprise(choice: Choice, parameters: Float64Array): number {
  const logits = choiceLogits(choice, parameters);
  return logSum(logits) - (logits[choice.truth] ?? 0);
}

/** Adds the gradient and the curvature of one image's weighted loss. */
function accumulate(
  choice: Choice,
  parameters: Float64Array,
  gradient: Float64Array,
  curvature: Float64Array,
): void {
  const { factors, truth, weight } = choice;
  const size = parameters.length;
  const logits = choiceLogits(choice, parameters);
  const total = logSum(logits);
  const mean = new Float64Array(size);
  const used = new Int32Array(size);
  for (const [k, logit] of logits.entries()) {
    const p = exp(logit - total);
    const row = k * size;
    // A logit depends on few of the parameters.
    let uses = 0;
    for (let m = 0; m < size; m++) if (factors[row + m] !== 0) used[uses++] = m;
    for (let i = 0; i < uses; i++) {
      const m = used[i] ?? 0;
      const factor = factors[row + m] ?? 0;
      mean[m] = (mean[m] ?? 0) + p * factor;
      gradient[m] = (gradient[m] ?? 0) + weight * (p - (k === truth ? 1 : 0)) * factor;
      for (let j = 0; j < uses; j++) {
        const n = used[j] ?? 0;
        const at = m * size + n;
        curvature[at] = (curvature[at] ?? 0) + weight * p * factor * (factors[row + n] ?? 0);
      }
    }
  }
  for (let m = 0; m < size; m++) {
    for (let n = 0; n < size; n++) {
      const at = m * size + n;
      curvature[at] = (curvature[at] ?? 0) - weight * (mean[m] ?? 0) * (mean[n] ?? 0);
    }
  }
}
