import { randomUUID } from 'node:crypto';
import type { BridgeClient, InferenceResult, Priority } from '../../native-bridge/client/client.ts';
import { appearanceOf } from '../imaging/appearance.ts';
import { sumCounts, unfamiliarityOf, views } from '../snn/index.ts';
import type {
  AcceleratorIdentity,
  Advice,
  ClassProbability,
  QualityWarning,
  Verdict,
} from './entities/index.ts';
import type { ShippedModel } from './model.ts';
import { ranked, type ScoringHead, scoreCounts, shippedScoring } from './scoring.ts';

/** All that a reading says, before it is tied to a stored image. */
export interface LesionReading {
  readonly networkName: string;
  readonly networkSha256: string;
  readonly headName: string;
  readonly headSha256: string;
  readonly accelerator: AcceleratorIdentity;
  /** Most probable first; of equals, in the head's order. */
  readonly probabilities: ClassProbability[];
  readonly advice: Advice | null;
  readonly verdict: Verdict;
  /** Summed over the views that the head asks for. */
  readonly spikeCounts: Int32Array;
  /** Time on the accelerator, all views. */
  readonly durationMs: number;
}

export interface ReadOptions {
  readonly qualityWarnings?: readonly QualityWarning[];
  readonly signal?: AbortSignal | undefined;
  readonly priority?: Priority;
  /** Instead of the shipped head. */
  readonly head?: ScoringHead;
}

/** From the network's input tensor to a reading: backbone on an accelerator, head on the host. */
export class LesionReader {
  readonly model: ShippedModel;
  /** The head that came with the network. */
  readonly shipped: ScoringHead;
  readonly #bridge: BridgeClient;

  constructor(bridge: BridgeClient, model: ShippedModel) {
    this.model = model;
    this.shipped = shippedScoring(model);
    this.#bridge = bridge;
    // Early, so that the first image finds the network ready. A failure comes with each reading.
    bridge.load(model).catch(() => {});
  }

  /** Width and height of the tensor that `read` takes. */
  get inputSizePx(): number {
    return this.model.inputSizePx;
  }

  /**
   * @param tensor uint8, 3 × S × S with S = `inputSizePx`.
   * @param options.qualityWarnings what is wrong with the picture itself.
   * @throws BridgeError
   */
  async read(
    tensor: Uint8Array,
    { qualityWarnings = [], signal, priority = 'consulting', head: given }: ReadOptions = {},
  ): Promise<LesionReading> {
    const { name, sha256, head, inputSizePx } = this.model;
    const scoring = given ?? this.shipped;
    await this.#bridge.load(this.model);
    const images = views(tensor, [3, inputSizePx, inputSizePx], head.views);
    const options = { priority, reading: randomUUID(), ...(signal && { signal }) };
    const results = await Promise.all(
      images.map((image) => this.#bridge.infer(sha256, image, options)),
    );
    const spikeCounts = sumCounts(results.map((result) => result.spikeCounts));
    const unfamiliarity =
      scoring.calibration &&
      unfamiliarityOf(scoring.calibration, spikeCounts, appearanceOf(tensor, inputSizePx));
    const score = scoreCounts(scoring, spikeCounts, unfamiliarity, qualityWarnings);
    return {
      networkName: name,
      networkSha256: sha256,
      headName: scoring.name,
      headSha256: scoring.sha256,
      accelerator: producer(results),
      probabilities: ranked(scoring, score.probabilities),
      advice: score.advice,
      verdict: score.verdict,
      spikeCounts,
      durationMs: results.reduce((total, { durationMs }) => total + durationMs, 0),
    };
  }
}

/** A device, if one took part: should it be found wanting, the reading is one to repeat. */
function producer(results: readonly InferenceResult[]): AcceleratorIdentity {
  const identities = results.map(({ accelerator }) => accelerator);
  const [first] = identities;
  const device = identities.find(({ kind }) => kind === 'device');
  if (!first) throw new RangeError('A reading of no view');
  return device ?? first;
}
