import type { Activation, Requantization } from '../network.ts';
import { planRequantization, requantizeByPlan } from '../requantize.ts';

/**
 * Neurons turn integrated membrane potentials into graded spikes, in place of a layer's
 * activation and requantization. One Int32Array holds the potentials of all channels of a
 * pixel.
 */
export type Activate = (potentials: Int32Array) => void;

/** Writes one activation per channel to `spikes` from `at`; returns how many are not zero. */
export type Fire = (potentials: Int32Array, spikes: Int16Array, at: number) => number;

/** Rectification, clipping or a table, in place. */
export function activatorOf(activation: Activation): Activate {
  switch (activation.kind) {
    case 'none':
      return () => {};
    case 'relu':
      return (potentials) => {
        for (let channel = 0; channel < potentials.length; channel++) {
          potentials[channel] = Math.max(potentials[channel] ?? 0, 0);
        }
      };
    case 'relu-clipped': {
      const { maximum } = activation;
      return (potentials) => {
        for (let channel = 0; channel < maximum.length; channel++) {
          const rectified = Math.max(potentials[channel] ?? 0, 0);
          potentials[channel] = Math.min(rectified, maximum[channel] ?? 0);
        }
      };
    }
    case 'lut': {
      const index = planRequantization(activation.index);
      const { table } = activation;
      return (potentials) => {
        for (let channel = 0; channel < index.threshold.length; channel++) {
          const entry = requantizeByPlan(index, potentials[channel] ?? 0, channel);
          potentials[channel] = table[entry & (table.length - 1)] ?? 0; // −1 is the last entry
        }
      };
    }
  }
}

/**
 * A potential from 0 up to its threshold, ⌈2^(shift−1) / multiplier⌉, stays silent; from there
 * on the spike's magnitude is the requantized potential. Negative potentials (signed layers)
 * give negative spikes by the same formula.
 */
export function firingOf(requantization: Requantization): Fire {
  const plan = planRequantization(requantization);
  const { threshold } = plan;
  return (potentials, spikes, at) => {
    let count = 0;
    for (let channel = 0; channel < threshold.length; channel++) {
      const potential = potentials[channel] ?? 0;
      if (potential >= 0 && potential < (threshold[channel] ?? 0)) {
        spikes[at + channel] = 0;
        continue;
      }
      const spike = requantizeByPlan(plan, potential, channel);
      spikes[at + channel] = spike;
      if (spike !== 0) count++;
    }
    return count;
  };
}
