import type { TensorSource } from '../engines/engine.ts';
import { SnnError } from '../errors.ts';
import { classify } from '../head/classify.ts';
import type { Head } from '../head/head.ts';
import type { Network } from '../network.ts';
import { type ClassSpread, type Information, informationOf } from './information.ts';
import { type Masking, THRESHOLD_WIDTHS, type ThresholdWidth } from './noise.ts';
import { StochasticTail } from './tail.ts';

/** Which passes are made. The same settings and image give the same bits on every host. */
export interface UncertaintySettings {
  /** A whole number, 0 … 2^32 − 1. */
  readonly seed: number;
  /** How often the tail is run, 1 … 4096. */
  readonly passes: number;
  /** Name of the first layer that is run with noise; `tailWithin` finds one by its cost. */
  readonly from: string;
  readonly thresholdWidth: ThresholdWidth;
  readonly masking?: Masking;
}

export interface Uncertainty extends Omit<Information, 'classes'> {
  /** What to run again for the same result. */
  readonly settings: UncertaintySettings;
  /** Of the probabilities, in the order of `head.classes`. */
  readonly classes: readonly (ClassSpread & { readonly code: string })[];
  readonly cost: UncertaintyCost;
}

/** On top of the one plain run that every reading makes. */
export interface UncertaintyCost {
  readonly passes: number;
  /** Dense multiply-accumulates of one pass, and their share of the whole network's. */
  readonly macsPerPass: number;
  readonly shareOfNetwork: number;
  /** All passes together, in plain runs of the whole network. */
  readonly equivalentRuns: number;
  /** Synaptic operations of all passes together, as counted. */
  readonly synapticOperations: number;
}

/** Makes stochastic passes over the tail of one network, image by image. Keeps its buffers. */
export class UncertaintySampler {
  readonly #head: Head;
  readonly #settings: UncertaintySettings;
  readonly #tail: StochasticTail;

  /**
   * Throws SnnError 'head-invalid' where the head is not this network's, and RangeError for
   * settings outside their range.
   */
  constructor(network: Network, head: Head, settings: UncertaintySettings) {
    if (head.networkSha256 !== network.sha256) {
      throw new SnnError('head-invalid', `The head '${head.name}' was made for another network`);
    }
    checkSettings(settings);
    this.#head = head;
    this.#settings = settings;
    this.#tail = new StochasticTail(network, settings.from, settings);
  }

  /** @param tensors those of the image's plain run, such as an `EventEngine` after `run`. */
  sample(tensors: TensorSource): Uncertainty {
    const { seed, passes } = this.#settings;
    const { network, macs } = this.#tail;
    this.#tail.freeze(tensors);
    let synapticOperations = 0;
    const probabilities = Array.from({ length: passes }, (_, pass) => {
      const result = this.#tail.run(seed, pass);
      synapticOperations += result.synapticOperations;
      // As though each of the head's views were this one: sampling all would cost eight times as much.
      const counts = result.spikeCounts.map((count) => count * this.#head.views);
      return classify(this.#head, counts).probabilities;
    });
    const { classes, ...information } = informationOf(probabilities);
    const shareOfNetwork = macs / network.macs;
    return {
      ...information,
      settings: this.#settings,
      classes: classes.map((spread, row) => ({
        code: this.#head.classes[row]?.code ?? '',
        ...spread,
      })),
      cost: {
        passes,
        macsPerPass: macs,
        shareOfNetwork,
        equivalentRuns: passes * shareOfNetwork,
        synapticOperations,
      },
    };
  }
}

/**
 * Name of the layer at which the longest tail begins that costs at most `share` (0 … 1) of the
 * network's multiply-accumulates; the layer that makes the spike counts where even that costs more.
 */
export function tailWithin({ operators, spikeTensor, macs }: Network, share: number): string {
  let last = operators.findIndex(({ output }) => output === spikeTensor);
  let from = operators[last]?.name ?? '';
  for (let left = share * macs; last >= 0; last--) {
    const operator = operators[last];
    left -= operator?.macs ?? 0;
    if (left < 0) break;
    from = operator?.name ?? '';
  }
  return from;
}

function checkSettings({ seed, passes, thresholdWidth, masking }: UncertaintySettings): void {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`The seed ${seed} is no whole number from 0 to 2^32 − 1`);
  }
  if (!Number.isInteger(passes) || passes < 1 || passes > 4096) {
    throw new RangeError(`${passes} passes were asked for; 1 to 4096 can be made`);
  }
  if (!THRESHOLD_WIDTHS.includes(thresholdWidth)) {
    throw new RangeError(`The threshold width ${thresholdWidth} is not 0, 1, 2, 4, 8 or 16`);
  }
  if (masking === undefined) return;
  const { probability, rescale } = masking;
  if (!(probability >= 0 && probability < 1 && (!rescale || probability <= 0.5))) {
    throw new RangeError(
      `The masking probability ${probability} is not from 0 to below 1, or to ½ where rescaled`,
    );
  }
}
