import type { BridgeClient, Priority } from '../../native-bridge/client.ts';
import { classify } from '../snn/index.ts';
import type { AcceleratorIdentity, ClassProbability } from './entities.ts';
import type { ShippedModel } from './model.ts';

/** All that a reading says, before it is tied to a stored image. */
export interface LesionReading {
  readonly networkName: string;
  readonly networkSha256: string;
  readonly headName: string;
  readonly headSha256: string;
  readonly accelerator: AcceleratorIdentity;
  /** Most probable first; of equals, in the head's order. */
  readonly probabilities: ClassProbability[];
  readonly spikeCounts: Int32Array;
  /** Time on the accelerator. */
  readonly durationMs: number;
}

/** From the network's input tensor to a reading: backbone on an accelerator, head on the host. */
export class LesionReader {
  readonly model: ShippedModel;
  readonly #bridge: BridgeClient;

  constructor(bridge: BridgeClient, model: ShippedModel) {
    this.model = model;
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
   * @throws BridgeError
   */
  async read(
    tensor: Uint8Array,
    signal?: AbortSignal,
    priority: Priority = 'consulting',
  ): Promise<LesionReading> {
    const { name, sha256, head, headSha256 } = this.model;
    await this.#bridge.load(this.model);
    const { spikeCounts, accelerator, durationMs } = await this.#bridge.infer(sha256, tensor, {
      priority,
      ...(signal && { signal }),
    });
    const { probabilities } = classify(head, spikeCounts);
    return {
      networkName: name,
      networkSha256: sha256,
      headName: head.name,
      headSha256,
      accelerator,
      probabilities: head.classes
        .map((each, index) => ({ ...each, probability: probabilities[index] ?? 0 }))
        .toSorted((a, b) => b.probability - a.probability),
      spikeCounts,
      durationMs,
    };
  }
}
