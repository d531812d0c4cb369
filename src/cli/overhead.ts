import { Emulator } from '../../native-bridge/accelerators/emulator.ts';
import { WireAccelerator } from '../../native-bridge/accelerators/wire-accelerator.ts';
import { virtualCandidate } from '../../native-bridge/discovery/virtual.ts';
import { defaultShadowEvery, Shadow } from '../../native-bridge/supervision/shadow.ts';
import { loadShippedModel, type ShippedModel } from '../clinic/model.ts';
import { readNetwork, SimdEngine } from '../snn/index.ts';
import { benchImages } from './bench/images.ts';
import { median } from './bench/statistics.ts';
import { type Command, parseOptions } from './command.ts';
import { positive } from './trial/report.ts';

interface Overhead {
  readonly rounds: number;
  /** An image in this process, and the same through the pipe to a virtual accelerator. */
  readonly directMs: number;
  readonly pipeMs: number;
  /** Median over the rounds of what the pipe takes longer. */
  readonly overheadMs: number;
  /** Of the virtual accelerator with as many images at once as it takes. */
  readonly imagesPerSecond: number;
  /** The same while one image in `shadowEvery` is run on the emulator as well. */
  readonly shadowedImagesPerSecond: number;
  readonly shadowEvery: number;
  /** Median over the rounds of the throughput lost, 0 to 1. */
  readonly shadowLoss: number;
}

/** Images of a round of the throughput, several times `shadowEvery`. */
const roundImages = 10 * defaultShadowEvery;
/** Of the direct call and the pipe, one after the other. */
const pairsPerRound = 20;
const untouched = new AbortController().signal;

export const overheadCommand: Command = {
  name: 'overhead',
  summary: 'Measures what the wire and the shadow comparisons cost, on a virtual accelerator.',
  usage: '[--rounds N] [--json]',
  options: [
    '  --rounds N  how often both ways are taken in turn (20)',
    '  --json      {directMs, pipeMs, overheadMs, shadowLoss, …} on stdout',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      rounds: { type: 'string', default: '20' },
      json: { type: 'boolean' },
    });
    const rounds = positive(values.rounds, 'rounds');
    const report = await measure(loadShippedModel(), rounds, (text) => terminal.progress(text));
    terminal.progress('');
    if (values.json) terminal.out(JSON.stringify(report));
    else for (const line of toLines(report)) terminal.out(line);
    return 0;
  },
};

async function measure(
  model: ShippedModel,
  rounds: number,
  note: (text: string) => void,
): Promise<Overhead> {
  const network = readNetwork(model.file);
  const images = benchImages(network.input.shape);
  const engine = new SimdEngine(network);
  const emulator = new Emulator();
  const device = await WireAccelerator.attach(await virtualCandidate([]).open(), {
    reference: emulator,
    link: 'pipe',
  });
  try {
    await Promise.all([emulator.load(model), device.load(model)]);
    const infer = (image: Uint8Array) =>
      device.infer({ networkSha256: model.sha256, images: [image] }, untouched);
    const throughput = async (shadow: Shadow) => {
      const waiting = Array.from({ length: roundImages }, (_, at) => pick(images, at));
      const client = async () => {
        for (let image = waiting.pop(); image; image = waiting.pop())
          await shadow.infer({ networkSha256: model.sha256, images: [image] }, false, untouched);
      };
      const startedAt = performance.now();
      await Promise.all(Array.from({ length: device.describe().concurrency }, client));
      return (roundImages * 1000) / (performance.now() - startedAt);
    };
    const bare = new Shadow(device, emulator, { every: Number.POSITIVE_INFINITY });
    const shadowed = new Shadow(device, emulator);
    // Both warm, and each has answered its first image, which waits for the emulator.
    for (const each of [bare, shadowed]) await throughput(each);

    const direct: number[] = [];
    const piped: number[] = [];
    const rates: { bare: number; shadowed: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      note(`round ${round + 1} of ${rounds}`);
      for (let pair = 0; pair < pairsPerRound; pair++) {
        const image = pick(images, pair);
        direct.push(await timeMs(() => engine.run(image)));
        piped.push(await timeMs(() => infer(image)));
      }
      rates.push({ bare: await throughput(bare), shadowed: await throughput(shadowed) });
    }
    return {
      rounds,
      directMs: rounded(median(direct)),
      pipeMs: rounded(median(piped)),
      overheadMs: rounded(median(piped.map((ms, at) => ms - (direct[at] ?? 0)))),
      imagesPerSecond: Math.round(median(rates.map((rate) => rate.bare))),
      shadowedImagesPerSecond: Math.round(median(rates.map((rate) => rate.shadowed))),
      shadowEvery: defaultShadowEvery,
      shadowLoss: rounded(median(rates.map((rate) => 1 - rate.shadowed / rate.bare))),
    };
  } finally {
    await Promise.all([device.close(), emulator.close()]);
  }
}

async function timeMs(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function pick(images: readonly Uint8Array[], at: number): Uint8Array {
  return images[at % images.length] ?? new Uint8Array();
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function toLines(report: Overhead): string[] {
  const { directMs, pipeMs, overheadMs, shadowEvery, shadowLoss } = report;
  return [
    `wire    ${overheadMs} ms an image: ${pipeMs} ms through a pipe, ${directMs} ms in this process`,
    `shadow  ${(shadowLoss * 100).toFixed(1)} % of the throughput at 1 image in ${shadowEvery}: ` +
      `${report.shadowedImagesPerSecond} of ${report.imagesPerSecond} images a second`,
  ];
}
