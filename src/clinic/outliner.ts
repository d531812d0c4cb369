import path from 'node:path';
import { z } from 'zod';
import type { BridgeClient, Priority } from '../../native-bridge/client/client.ts';
import type { OutlineInput } from '../imaging/contract.ts';
import { type FoundLesion, lesionsIn } from '../measuring/index.ts';
import { productRoot } from '../processes/dist.ts';
import { sha256 } from './entities/index.ts';
import { fileOfCard, readModelFolder } from './model-folder.ts';

/** `card.json` of the outline's network. */
const outlineCard = z.object({
  name: z.string().min(1),
  networkSha256: sha256,
  /** Width and height of the tensor, and of the map that comes out. */
  inputSize: z.int().min(8).max(1024),
  mapSize: z.int().min(2).max(1024),
  /** More spikes than this are lesion. */
  level: z.number().min(0),
  figures: z.object({ images: z.int(), jaccard: z.number(), jaccardLow: z.number() }).loose(),
  limitations: z.array(z.string()),
  licence: z.string(),
});
export type OutlineCard = z.infer<typeof outlineCard>;

/** The network that finds a lesion's outline. */
export interface OutlineModel {
  readonly name: string;
  readonly file: Uint8Array;
  readonly sha256: string;
  readonly card: OutlineCard;
}

export const outlineModelFolder: string = path.join(productRoot, 'models', 'outline-1');

/** @throws BridgeError `model-invalid`, naming what is wrong with the folder. */
export function loadOutlineModel(folder: string = outlineModelFolder): OutlineModel {
  return readModelFolder('The outline’s network', folder, (json) => {
    const card = outlineCard.parse(json);
    const file = fileOfCard(folder, 'network.onnx', card.networkSha256);
    return { name: card.name, file, sha256: card.networkSha256, card };
  });
}

/** From what the decoder prepared of a picture to the lesions in it, on any accelerator. */
export class LesionOutliner {
  readonly model: OutlineModel;
  readonly #bridge: BridgeClient;

  constructor(bridge: BridgeClient, model: OutlineModel = loadOutlineModel()) {
    this.model = model;
    this.#bridge = bridge;
  }

  /** Width and height of the tensor that `outline` takes. */
  get inputSizePx(): number {
    return this.model.card.inputSize;
  }

  /**
   * The lesions of a picture, the one that was meant first; none where the network sees none.
   * @throws BridgeError
   */
  async outline(
    { tensor, field }: OutlineInput,
    { signal, priority = 'consulting' }: { signal?: AbortSignal; priority?: Priority } = {},
  ): Promise<FoundLesion[]> {
    const { sha256, card } = this.model;
    await this.#bridge.load(this.model);
    const { spikeCounts } = await this.#bridge.infer(sha256, tensor, {
      priority,
      ...(signal && { signal }),
    });
    return lesionsIn({ side: card.mapSize, counts: spikeCounts, level: card.level, window: field });
  }
}
