import type { LayerActivity } from './engines/engine.ts';
import type { Network } from './network.ts';

/** Work of a layer, or of all layers together, for one image. */
export interface ActivityTotals {
  /** Non-zero activations that were read. */
  readonly events: number;
  /** All activations that were read. */
  readonly activations: number;
  /** 1 − events / activations; 0 where nothing was read. */
  readonly sparsity: number;
  /** Additions of a weighted event to a membrane potential. */
  readonly synapticOperations: number;
  /** Multiply-accumulates of a dense execution, whatever the image. */
  readonly denseMacs: number;
}

export interface LayerTotals extends ActivityTotals {
  readonly layer: string;
}

export interface ImageActivity {
  /** In execution order. */
  readonly layers: readonly LayerTotals[];
  readonly total: ActivityTotals;
}

/**
 * Adds up what an engine counted for one image. A tensor that two layers read counts in both.
 * Throws RangeError where the counts are not of this network's layers, in their order.
 */
export function summarizeActivity(
  network: Network,
  activity: readonly LayerActivity[],
): ImageActivity {
  if (activity.length !== network.operators.length) {
    throw new RangeError(
      `Activity of ${activity.length} layers was given for a network of ${network.operators.length}`,
    );
  }
  const layers = network.operators.map(({ name, macs }, index): LayerTotals => {
    const counted = activity[index];
    if (counted?.layer !== name) {
      throw new RangeError(`The activity given for layer '${name}' is of '${counted?.layer}'`);
    }
    return { ...counted, denseMacs: macs, sparsity: sparsity(counted) };
  });
  const sum = (pick: (layer: LayerTotals) => number) =>
    layers.reduce((total, layer) => total + pick(layer), 0);
  const events = sum((layer) => layer.events);
  const activations = sum((layer) => layer.activations);
  const total = {
    events,
    activations,
    sparsity: sparsity({ events, activations }),
    synapticOperations: sum((layer) => layer.synapticOperations),
    denseMacs: sum((layer) => layer.denseMacs),
  };
  return { layers, total };
}

function sparsity({ events, activations }: Pick<ActivityTotals, 'events' | 'activations'>): number {
  return activations === 0 ? 0 : 1 - events / activations;
}

/**
 * Energy of one synaptic operation, part by part, in whole femtojoules: sums over an image are
 * then exact integers (below 2^53 fJ = 9 J).
 */
export interface EnergyModel {
  readonly name: string;
  /** Where the constants were published. */
  readonly source: string;
  /** What the estimate leaves out, for whoever reads it. */
  readonly leavesOut: string;
  readonly multiplyFj: number;
  readonly addFj: number;
  readonly weightReadFj: number;
  /** The potential is read, and written again. */
  readonly potentialAccessFj: number;
}

/**
 * 45 nm CMOS at 0.9 V: an 8-bit multiplication 0.2 pJ, a 32-bit addition 0.1 pJ, and 10 pJ for
 * 64 bits from or to an 8 KiB static memory, hence 1.25 pJ for an 8-bit weight and 5 pJ for
 * each access to a 32-bit potential.
 */
export const HOROWITZ_45NM: EnergyModel = {
  name: 'integer arithmetic and 8 KiB local memory, 45 nm',
  source:
    "M. Horowitz, Computing's energy problem (and what we can do about it), ISSCC 2014, " +
    'pp. 10–14, figure 1.1.9, doi:10.1109/ISSCC.2014.6757323',
  leavesOut:
    'leakage, clock, routing of events, firing of neurons, input and output, the host; ' +
    'another process or memory size changes it several times over',
  multiplyFj: 200,
  addFj: 100,
  weightReadFj: 1_250,
  potentialAccessFj: 10_000,
};

/**
 * An estimate, never a measurement: no power was measured. It carries its constants and their
 * source, and none of its fields has a name under which a measurement is kept.
 */
export interface EnergyEstimate {
  readonly kind: 'estimate';
  readonly model: EnergyModel;
  /** Microjoules for one image by arithmetic alone: the least that any such circuit takes. */
  readonly estimatedArithmeticUj: number;
  /** Microjoules for one image with every weight and potential from local memory. */
  readonly estimatedTotalUj: number;
  /** `estimatedTotalUj` were every multiply-accumulate done, zeros too. */
  readonly estimatedDenseUj: number;
  readonly layers: readonly { readonly layer: string; readonly estimatedTotalUj: number }[];
}

const FJ_PER_UJ = 1e9;

/** Operations × energy of one; an addition of two maps is counted as a synapse of weight 2^n. */
export function estimateEnergy(
  { layers, total }: ImageActivity,
  model: EnergyModel = HOROWITZ_45NM,
): EnergyEstimate {
  const arithmeticFj = model.multiplyFj + model.addFj;
  const operationFj = arithmeticFj + model.weightReadFj + model.potentialAccessFj;
  return {
    kind: 'estimate',
    model,
    estimatedArithmeticUj: (total.synapticOperations * arithmeticFj) / FJ_PER_UJ,
    estimatedTotalUj: (total.synapticOperations * operationFj) / FJ_PER_UJ,
    estimatedDenseUj: (total.denseMacs * operationFj) / FJ_PER_UJ,
    layers: layers.map(({ layer, synapticOperations }) => ({
      layer,
      estimatedTotalUj: (synapticOperations * operationFj) / FJ_PER_UJ,
    })),
  };
}

/**
 * What others have published for their own network on their own device: a claim to be named as
 * such, not reproduced here, and not comparable with an estimate.
 */
export interface PublishedEnergyClaim {
  readonly kind: 'claim';
  readonly claimedMjPerImage: number;
  readonly device: string;
  readonly source: string;
}

export const QANA_PAPER_CLAIM: PublishedEnergyClaim = {
  kind: 'claim',
  claimedMjPerImage: 1.7,
  device: 'BrainChip Akida AKD1000',
  source: 'arXiv 2507.15958 v2, abstract; not reproduced',
};
