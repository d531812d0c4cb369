/** The spiking network: file → network → engine → spike counts → head. */
import type { Engine, EngineKind } from './engines/engine.ts';
import { EventEngine } from './engines/event.ts';
import { createReferenceEngine } from './engines/reference.ts';
import { SimdEngine } from './engines/simd/engine.ts';
import type { Network } from './network.ts';

export {
  type ActivityTotals,
  type EnergyEstimate,
  type EnergyModel,
  estimateEnergy,
  HOROWITZ_45NM,
  type ImageActivity,
  type LayerTotals,
  type PublishedEnergyClaim,
  QANA_PAPER_CLAIM,
  summarizeActivity,
} from './energy.ts';
export type {
  Engine,
  EngineKind,
  EngineResult,
  LayerActivity,
  TensorSource,
} from './engines/engine.ts';
export { EventEngine } from './engines/event.ts';
export { ByteVectors } from './engines/simd/byte-vectors.ts';
export { SimdEngine, type SimdOptions } from './engines/simd/engine.ts';
export {
  type PreparedProgram,
  type SharedProgram,
  shareProgram,
} from './engines/simd/program.ts';
export { measureZeros } from './engines/zeros.ts';
export { SnnError, type SnnErrorCode } from './errors.ts';
export { type ClassExplanation, type Explanation, explain } from './explain/explain.ts';
export { type AgeHead, readAgeHead, withAge } from './head/age.ts';
export {
  type Assessment,
  assess,
  assessed,
  conformalSet,
  unfamiliarityOf,
} from './head/assess.ts';
export { type Calibration, MELANOMA } from './head/calibration.ts';
export { type Classification, classify } from './head/classify.ts';
export { type Head, type HeadClass, readHead } from './head/head.ts';
export { sumCounts, VIEW_COUNT, type ViewChoice, views } from './head/views.ts';
export type * from './network.ts';
export { elementCount } from './network.ts';
export { readNetwork } from './onnx/importer.ts';
export { dequantizeOutput } from './output.ts';
export { describePlan, type PlanRow } from './plan/describe.ts';
export { randomStream } from './random.ts';

/**
 * An engine for one network, with all its buffers; it can be run any number of times.
 * 'reference' is the slow definition, 'event' counts events, 'simd' is the one to use. All give the
 * same integers.
 */
export function createEngine(kind: EngineKind, network: Network): Engine {
  switch (kind) {
    case 'reference':
      return createReferenceEngine(network);
    case 'event':
      return new EventEngine(network);
    case 'simd':
      return new SimdEngine(network);
  }
}
