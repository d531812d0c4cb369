import path from 'node:path';
import { loadShippedModel } from '../clinic/model.ts';
import { Decoder } from '../imaging/decoder.ts';
import { NodeHost } from '../processes/node-host.ts';
import {
  createEngine,
  estimateEnergy,
  readNetwork,
  summarizeActivity,
  views,
} from '../snn/index.ts';
import { type Command, describeError, parseOptions, required, UsageError } from './command.ts';
import { imagesIn } from './image-source.ts';

/** Of a reading, all of its views together, on average over images. */
export interface ReadingEnergy {
  readonly network: string;
  readonly images: number;
  readonly views: number;
  readonly events: number;
  readonly synapticOperations: number;
  /** Were every multiply-accumulate done, zeros too. */
  readonly denseMacs: number;
  /** An estimate from published constants of a 45 nm process; nothing was measured. */
  readonly estimatedUj: number;
}

const imagesAtFirst = 20;

export const energyCommand: Command = {
  name: 'energy',
  summary: 'Counts what a reading’s spikes would cost an event-driven processor; an estimate.',
  usage: '--images DIR_OR_TAR [--count N] [--model-folder DIR] [--json]',
  options: [
    '  --images PLACE      folder (searched with its folders and tar archives) or tar archive',
    `  --count N           of the first N images; ${imagesAtFirst}, if not given`,
    '  --model-folder DIR  another network: backbone.onnx, head.json and card.json',
    '  --json              one JSON object on stdout',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string' },
      count: { type: 'string' },
      'model-folder': { type: 'string' },
      json: { type: 'boolean' },
    });
    const place = required(values.images, 'images');
    const count = Number(values.count ?? imagesAtFirst);
    if (!Number.isInteger(count) || count < 1)
      throw new UsageError('--count is not a whole number above 0.');
    const found = await measure(place, count, values['model-folder'], (message) =>
      terminal.note(message),
    );
    if (found.images === 0) {
      terminal.note(`No image in ${place} could be read.`);
      return 1;
    }
    terminal.out(values.json ? JSON.stringify(found) : inWords(found));
    return 0;
  },
};

async function measure(
  place: string,
  count: number,
  modelFolder: string | undefined,
  note: (message: string) => void,
): Promise<ReadingEnergy> {
  const model = loadShippedModel(modelFolder);
  const network = readNetwork(model.file);
  const engine = createEngine('event', network);
  const { inputSizePx: side, head } = model;
  const sum = { events: 0, synapticOperations: 0, denseMacs: 0, estimatedUj: 0 };
  let images = 0;
  const decoder = new Decoder(new NodeHost());
  try {
    for await (const image of imagesIn(place, note)) {
      try {
        const fileName = path.basename(image.place);
        const options = { fileName, tensorSize: side };
        const { tensor } = await decoder.read(await image.read(), options);
        for (const view of views(tensor, [3, side, side], head.views)) {
          const activity = summarizeActivity(network, engine.run(view).layerActivity ?? []);
          sum.events += activity.total.events;
          sum.synapticOperations += activity.total.synapticOperations;
          sum.denseMacs += activity.total.denseMacs;
          sum.estimatedUj += estimateEnergy(activity).estimatedTotalUj;
        }
        if (++images === count) break;
      } catch (error) {
        note(`${image.place}: ${describeError(error).message}`);
      }
    }
  } finally {
    decoder.close();
  }
  const mean = (total: number) => (images === 0 ? 0 : total / images);
  return {
    network: model.name,
    images,
    views: head.views,
    events: mean(sum.events),
    synapticOperations: mean(sum.synapticOperations),
    denseMacs: mean(sum.denseMacs),
    estimatedUj: mean(sum.estimatedUj),
  };
}

function inWords(found: ReadingEnergy): string {
  const millions = (value: number) => `${(value / 1e6).toFixed(1)} million`;
  return [
    `${found.network}, a reading of ${found.views} views, mean of ${found.images} images`,
    `events               ${millions(found.events)}`,
    `synaptic operations  ${millions(found.synapticOperations)}`,
    `were all done        ${millions(found.denseMacs)} multiply-accumulates`,
    `energy               ${found.estimatedUj.toFixed(0)} µJ, estimated for 45 nm, not measured`,
  ].join('\n');
}
