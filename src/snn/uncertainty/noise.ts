import type { Activation, Requantization, Tensor } from '../network.ts';
import { powerOfTwo } from '../power-of-two.ts';
import type { RandomSource } from '../random.ts';

/**
 * How far a threshold may lie from its place, in steps of the output: 0 leaves it there, 1 is
 * stochastic rounding.
 */
export type ThresholdWidth = 0 | 1 | 2 | 4 | 8 | 16;

export const THRESHOLD_WIDTHS: readonly ThresholdWidth[] = [0, 1, 2, 4, 8, 16];

/**
 * Neurons whose threshold is drawn anew for each image and neuron. The ½ of the requantization
 * `y = clip(⌊p·M/S + ½⌋)`, S = 2^s, becomes
 *
 *     u = r/S − (W − 1)/2,   r uniform over the whole numbers 0 … W·S − 1,
 *
 * so that W thresholds' distances around the plain one are equally likely. p·M is whole, hence
 * the mean of ⌊p·M/S + u⌋ over r is p·M/S exactly (Hermite's identity): without bias, but where
 * `clip` or a ReLU acts, which is applied after the noise: a neuron fires if its potential
 * reaches the drawn threshold. For W = 1 a result that needs no rounding does not change and a
 * negative potential stays silent; wider noise lets neurons fire that nearly would have.
 *
 * r is the leading bits of one 32-bit draw; where W·S > 2^32 it is that draw on a coarser grid.
 * A channel with S ≤ 1 rounds nothing and keeps its threshold. Results stay within 0 and the
 * range that was proven for the tensor, so that later potentials keep their bounds.
 */
export class StochasticNeurons {
  readonly #scale: Float64Array;
  /** r/S = ⌊draw · perDraw⌋ · step. */
  readonly #perDraw: Float64Array;
  readonly #step: Float64Array;
  readonly #offset: Float64Array;
  /** Potentials above it count as it does. */
  readonly #ceiling: Float64Array;
  readonly #low: number;
  readonly #high: number;

  /** Of activations it knows ReLU, which the tensor's range implies, and clipped ReLU. */
  constructor(
    activation: Activation,
    { multiplier, shift }: Requantization,
    { low, high }: Tensor,
    width: ThresholdWidth,
  ) {
    this.#ceiling =
      activation.kind === 'relu-clipped'
        ? Float64Array.from(activation.maximum)
        : new Float64Array(multiplier.length).fill(Number.POSITIVE_INFINITY);
    const exponents = Array.from(shift);
    const noisy = (s: number) => width > 0 && s > 0;
    this.#scale = Float64Array.from(multiplier, (m, k) => m * powerOfTwo(-(shift[k] ?? 0)));
    this.#step = Float64Array.from(exponents, (s) => powerOfTwo(-s));
    this.#perDraw = Float64Array.from(exponents, (s) =>
      noisy(s) ? width * powerOfTwo(s - 32) : 0,
    );
    this.#offset = Float64Array.from(exponents, (s) => (noisy(s) ? (1 - width) / 2 : 0.5));
    this.#low = Math.min(low, 0);
    this.#high = Math.max(high, 0);
  }

  /** As `Neurons.fire`; draws one number per channel. Returns the number of events. */
  fire(
    potentials: Float64Array,
    from: number,
    spikes: Int16Array,
    at: number,
    random: RandomSource,
  ): number {
    const [scale, perDraw, step, offset] = [this.#scale, this.#perDraw, this.#step, this.#offset];
    const ceiling = this.#ceiling;
    let events = 0;
    for (let k = 0; k < scale.length; k++) {
      const noise = Math.floor(random.next() * (perDraw[k] ?? 0)) * (step[k] ?? 0);
      const potential = Math.min(potentials[from + k] ?? 0, ceiling[k] ?? 0);
      const unrounded = potential * (scale[k] ?? 0);
      const rounded = Math.floor(unrounded + (noise + (offset[k] ?? 0)));
      const spike = Math.min(Math.max(rounded, this.#low), this.#high);
      spikes[at + k] = spike;
      if (spike !== 0) events++;
    }
    return events;
  }
}

const TWO_32 = 4294967296;

/** Each event is dropped on its own. */
export interface Masking {
  /** 0 ≤ probability < 1, or ≤ ½ where rescaled; used to 2^−32, rounded down. */
  readonly probability: number;
  /**
   * Whether those that are left make up for the dropped: a magnitude m becomes m/(1 − p),
   * rounded up or down at random with mean m/(1 − p), so that the mean of all stays m.
   */
  readonly rescale: boolean;
}

/**
 * Masks spikes in place. Draws one number per activation, silent ones too, and a second one
 * where `rescale`; |result| ≤ 2·|spike|. Returns the number of events that are left.
 */
export function maskSpikes(
  spikes: Int16Array,
  { probability, rescale }: Masking,
  random: RandomSource,
): number {
  const below = Math.floor(probability * TWO_32);
  const kept = 1 - below / TWO_32;
  let events = 0;
  for (let index = 0; index < spikes.length; index++) {
    const dropped = random.next() < below;
    const u = rescale ? random.next() / TWO_32 : 0;
    const spike = spikes[index] ?? 0;
    if (spike === 0) continue;
    const masked = dropped ? 0 : rescale ? Math.floor(spike / kept + u) : spike;
    spikes[index] = masked;
    if (masked !== 0) events++;
  }
  return events;
}
