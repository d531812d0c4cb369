import type { Activation, Requantization } from '../network.ts';
import { powerOfTwo } from '../power-of-two.ts';
import { requantize, signedLimits } from '../requantize.ts';

/** Changes the potentials of a pixel's channels, which stand in the array from `from`. */
export type Activate = (potentials: Float64Array, from: number) => void;

/** A layer's activation as it stands; what a sum over pixels or a 32-bit output needs. */
export function activatorOf(activation: Activation, channels: number): Activate {
  switch (activation.kind) {
    case 'none':
      return () => {};
    case 'relu':
      return clipper(new Float64Array(channels).fill(Number.POSITIVE_INFINITY));
    case 'relu-clipped':
      return clipper(Float64Array.from(activation.maximum));
    case 'lut':
      return lookUp(activation);
  }
}

function clipper(maximum: Float64Array): Activate {
  return (potentials, from) => {
    for (let channel = 0; channel < maximum.length; channel++) {
      const rectified = Math.max(potentials[from + channel] ?? 0, 0);
      potentials[from + channel] = Math.min(rectified, maximum[channel] ?? 0);
    }
  };
}

function lookUp({ index, table }: Extract<Activation, { kind: 'lut' }>): Activate {
  const scale = scaleOf(index);
  const [low, high] = signedLimits(index.bits);
  return (potentials, from) => {
    for (let channel = 0; channel < scale.length; channel++) {
      const potential = potentials[from + channel] ?? 0;
      const rounded = Math.floor(potential * (scale[channel] ?? 0) + 0.5);
      const entry = Math.min(Math.max(rounded, low), high);
      potentials[from + channel] = table[entry < 0 ? entry + table.length : entry] ?? 0;
    }
  };
}

/**
 * Neurons turn the integrated potentials of a pixel into graded spikes: activation and
 * requantization in one step. A neuron below its threshold, the smallest potential with
 * `potential · multiplier / 2^shift ≥ ½`, stays silent; from there on the magnitude of its
 * spike is the requantized potential. Requantization never decreases, so a potential that is
 * clipped at a maximum has the result clipped at the maximum's own result.
 */
export class Neurons {
  readonly #activate: Activate | undefined;
  readonly #scale: Float64Array;
  readonly #rectified: boolean;
  readonly #lowest: number;
  readonly #highest: Float64Array;

  constructor(activation: Activation, requantization: Requantization) {
    const { bits, multiplier, shift } = requantization;
    const [low, high] = signedLimits(bits);
    this.#rectified = activation.kind === 'relu' || activation.kind === 'relu-clipped';
    this.#activate = activation.kind === 'lut' ? lookUp(activation) : undefined;
    this.#scale = scaleOf(requantization);
    this.#lowest = low;
    this.#highest = Float64Array.from(multiplier, (factor, channel) => {
      if (activation.kind !== 'relu-clipped') return high;
      return requantize(activation.maximum[channel] ?? 0, factor, shift[channel] ?? 0, low, high);
    });
  }

  /**
   * Fires the neurons whose potentials stand in `potentials` from `from`: one activation per
   * channel, to `spikes` from `at`. Returns the number of events; may change the potentials.
   */
  fire(potentials: Float64Array, from: number, spikes: Int16Array, at: number): number {
    this.#activate?.(potentials, from);
    const scale = this.#scale;
    const rectified = this.#rectified;
    const lowest = this.#lowest;
    const highest = this.#highest;
    let events = 0;
    for (let channel = 0; channel < scale.length; channel++) {
      const potential = potentials[from + channel] ?? 0;
      // max(p, 0) without a branch: half of the neurons are negative, in no order.
      const kept = rectified ? (potential + Math.abs(potential)) * 0.5 : potential;
      const rounded = Math.floor(kept * (scale[channel] ?? 0) + 0.5);
      const most = highest[channel] ?? 0;
      const spike = (rounded > most ? most : Math.max(rounded, lowest)) | 0;
      spikes[at + channel] = spike;
      events += (spike | -spike) >>> 31; // 1 unless it is 0, without a branch
    }
    return events;
  }
}

/** multiplier / 2^shift, exactly; times a 32-bit potential it is still exact in a double. */
function scaleOf({ multiplier, shift }: Requantization): Float64Array {
  return Float64Array.from(
    multiplier,
    (factor, channel) => factor * powerOfTwo(-(shift[channel] ?? 0)),
  );
}
