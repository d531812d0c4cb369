import { exp } from '../head/exp.ts';
import { ln } from '../ln.ts';
import { cholesky, solveCholesky } from './symmetric.ts';

/**
 * Images, each in a choice among K classes whose logits depend on M parameters:
 * logit k = offset k + Σ factor(k, m)·parameter m. Images by the thousand are gone through again and
 * again, so they lie side by side in a few arrays.
 */
export interface Choices {
  readonly images: number;
  /** Of each class, on which parameters its logit depends, in their order. */
  readonly uses: readonly (readonly number[])[];
  /** images × K */
  readonly offsets: Float64Array;
  /** Of each image, class by class, a factor for each parameter that it uses. */
  readonly factors: Float64Array;
  readonly truths: Int32Array;
  readonly weights: Float64Array;
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
export function fitChoices(choices: Choices, { centre, deviation }: Expectation): Float64Array {
  const size = centre.length;
  const precision = deviation.map((value) => 1 / (value * value));
  const doubt = (parameters: Float64Array) =>
    parameters.reduce((sum, value, m) => {
      const offset = value - (centre[m] ?? 0);
      return sum + (offset * offset * (precision[m] ?? 0)) / 2;
    }, 0);
  let parameters = centre.slice();
  let at = lookedAt(choices, parameters);
  let current = at.surprise + doubt(parameters);
  for (let step = 0; step < MAX_STEPS; step++) {
    const gradient = parameters.map((value, m) => (value - (centre[m] ?? 0)) * (precision[m] ?? 0));
    const curvature = new Float64Array(size * size);
    for (let m = 0; m < size; m++) curvature[m * size + m] = precision[m] ?? 0;
    accumulate(choices, at, gradient, curvature);
    const direction = solveCholesky(cholesky(curvature, size), size, gradient);
    let scale = 1;
    let next = current;
    let moved = parameters;
    let there = at;
    for (let halving = 0; halving < MAX_HALVINGS; halving++, scale /= 2) {
      moved = parameters.map((value, m) => value - scale * (direction[m] ?? 0));
      there = lookedAt(choices, moved);
      next = there.surprise + doubt(moved);
      if (next < current) break;
    }
    if (!(next < current)) break;
    const gain = current - next;
    parameters = moved;
    at = there;
    current = next;
    if (gain <= 1e-12 * Math.abs(current)) break;
  }
  return parameters;
}

/** Of each image, at these parameters. */
export function choiceLogits(choices: Choices, parameters: Float64Array): Float64Array[] {
  const classes = choices.uses.length;
  const { logits } = lookedAt(choices, parameters);
  return Array.from({ length: choices.images }, (_, image) =>
    logits.slice(image * classes, (image + 1) * classes),
  );
}

/** ln Σ e^x, without overflow; of a part of the logits if that is said. */
export function logSum(logits: Float64Array, from = 0, to = logits.length): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let at = from; at < to; at++) highest = Math.max(highest, logits[at] as number);
  let sum = 0;
  for (let at = from; at < to; at++) sum += exp((logits[at] as number) - highest);
  return highest + ln(sum);
}

/** What the images come to at some parameters. */
interface Look {
  /** images × K */
  readonly logits: Float64Array;
  /** ln Σ e^logit of each image. */
  readonly totals: Float64Array;
  /** Σ weight · −ln p of the true class. */
  readonly surprise: number;
}

function lookedAt(choices: Choices, parameters: Float64Array): Look {
  const { images, uses, offsets, factors, truths, weights } = choices;
  const classes = uses.length;
  const logits = offsets.slice();
  const totals = new Float64Array(images);
  let surprise = 0;
  for (let image = 0, factor = 0; image < images; image++) {
    const start = image * classes;
    for (let k = 0; k < classes; k++) {
      const used = uses[k] as readonly number[];
      let logit = logits[start + k] as number;
      for (let i = 0; i < used.length; i++) {
        logit += (factors[factor++] as number) * (parameters[used[i] as number] as number);
      }
      logits[start + k] = logit;
    }
    const total = logSum(logits, start, start + classes);
    totals[image] = total;
    const own = logits[start + (truths[image] as number)] as number;
    surprise += (weights[image] as number) * (total - own);
  }
  return { logits, totals, surprise };
}

/** Adds the gradient and the curvature of the images' weighted loss. */
function accumulate(
  { images, uses, factors, truths, weights }: Choices,
  { logits, totals }: Look,
  gradient: Float64Array,
  curvature: Float64Array,
): void {
  const classes = uses.length;
  const size = gradient.length;
  const mean = new Float64Array(size);
  for (let image = 0, factor = 0; image < images; image++) {
    const weight = weights[image] as number;
    const truth = truths[image] as number;
    mean.fill(0);
    for (let k = 0; k < classes; k++) {
      const used = uses[k] as readonly number[];
      const p = exp((logits[image * classes + k] as number) - (totals[image] as number));
      const slope = weight * (p - (k === truth ? 1 : 0));
      for (let i = 0; i < used.length; i++) {
        const m = used[i] as number;
        const own = factors[factor + i] as number;
        mean[m] = (mean[m] as number) + p * own;
        gradient[m] = (gradient[m] as number) + slope * own;
        const scaled = weight * p * own;
        for (let j = 0; j < used.length; j++) {
          const at = m * size + (used[j] as number);
          curvature[at] = (curvature[at] as number) + scaled * (factors[factor + j] as number);
        }
      }
      factor += used.length;
    }
    for (let m = 0; m < size; m++) {
      const scaled = weight * (mean[m] as number);
      for (let n = 0; n < size; n++) {
        const at = m * size + n;
        curvature[at] = (curvature[at] as number) - scaled * (mean[n] as number);
      }
    }
  }
}
