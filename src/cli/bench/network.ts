import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Engine, readNetwork, type Shape, SnnError } from '../../snn/index.ts';
import type { EngineName, OnnxSession } from './engine-probe.ts';
import { compareOutputs } from './exactness.ts';
import {
  type FreshStart,
  measureFreshStart,
  measurePreparedStart,
  measureScaling,
} from './fresh.ts';
import { benchImages } from './images.ts';
import { resizeInput } from './onnx-size.ts';
import {
  type Comparison,
  type Contestant,
  compare,
  measureRounds,
  type Timing,
  usualRounds,
} from './rounds.ts';

type Probe = typeof import('./engine-probe.ts');

export interface NetworkTask {
  readonly model: string;
  readonly peers: readonly string[];
  readonly engine: 'simd' | 'event';
  readonly rounds: number;
}

export interface SizeCost {
  readonly sizePx: number;
  readonly macs: number;
  readonly medianMs: number;
  readonly peers: readonly Comparison[];
  /** Of this engine and of each peer. */
  readonly timings: readonly NamedTiming[];
}

interface NamedTiming extends Timing {
  readonly name: string;
}

export interface NetworkReport {
  readonly medianMs: number;
  /** Onnxruntime on the same file, then on each other file. */
  readonly peers: readonly Comparison[];
  readonly coldStartMs: number;
  /** The same where the program has read this network before; `null` for other engines. */
  readonly preparedStartMs: number | null;
  readonly peakMemoryMb: number;
  /** Images a second of two threads over those of one. */
  readonly batchScaling: number;
  /** Whether all outputs for all images equal onnxruntime's for the same file. */
  readonly exact: boolean;
  /** Whether they equal the reference engine's: the definition. */
  readonly matchesReference: boolean;
  /** Whether float32 suffices for all of the file's own formulas; otherwise onnxruntime may err. */
  readonly float32Exact: boolean;
  readonly model: string;
  readonly engine: 'simd' | 'event';
  readonly tier: string | null;
  /** As the file has them. */
  readonly macs: number;
  /** Without the convolutions that only copy. */
  readonly executedMacs: number;
  readonly inputShape: readonly number[];
  /** Of this engine, of each peer, and last of the SIMD engine without relaxed instructions. */
  readonly timings: readonly NamedTiming[];
  readonly peerStarts: readonly ({ readonly name: string } & FreshStart)[];
  readonly sizes: readonly SizeCost[];
}

const sizesPx = [64, 96, 128, 160, 192, 224, 256, 320];

/** @param note is told what is being measured. */
export async function benchNetwork(
  probe: Probe,
  { model, peers, engine: engineName, rounds }: NetworkTask,
  betweenRounds: () => void,
  note: (text: string) => void,
): Promise<NetworkReport> {
  const file = readFileSync(model);
  const network = readNetwork(file);
  const { shape } = network.input;
  const images = benchImages(shape);
  const [image = new Uint8Array()] = images;
  const engine = probe.openEngine(engineName, network);
  const same = await probe.OnnxSession.open(file);

  note('comparing with onnxruntime');
  const exactness = await compareOutputs(engine, same, images);
  const ours = engineContestant(engine, images);
  const v128 = probe.openEngine('simd-v128', network);
  const plain = { ...engineContestant(v128, images), name: 'simd-v128' };
  const others = [
    onnxContestant(path.basename(model), same, shape, images),
    ...(await Promise.all(
      peers.map(async (peer) => {
        const session = await probe.OnnxSession.open(peer);
        return onnxContestant(path.basename(peer), session, shape, images);
      }),
    )),
  ];
  const contestants = [ours, ...others, plain];
  const timings = await measureRounds(contestants, {
    ...usualRounds,
    rounds,
    onRound: (done) => {
      betweenRounds();
      note(`round ${done} of ${rounds}`);
    },
  });

  const fewer = Math.max(Math.ceil(rounds / 4), 1);
  const fresh = (runner: EngineName | 'onnxruntime', of: string) => {
    note(`fresh processes: ${path.basename(of)}`);
    return measureFreshStart(probe.probeProgram, { model: of, runner }, { image, shape }, fewer);
  };
  const ourStart = fresh(engineName, model);
  const preparedStartMs =
    engineName === 'simd'
      ? measurePreparedStart(probe.probeProgram, model, { image, shape }, fewer)
      : null;
  const peerStarts = [model, ...peers].map((each) => ({
    name: path.basename(each),
    ...fresh('onnxruntime', each),
  }));
  note('two threads against one');
  const thread = { model, engine: engineName, image };
  const batchScaling = await measureScaling(probe.probeProgram, thread, fewer, 300);
  return {
    ...compare([ours, ...others], timings.slice(0, -1)),
    ...ourStart,
    preparedStartMs,
    batchScaling,
    ...exactness,
    model: path.basename(model),
    engine: engineName,
    tier: probe.tierOf(engine),
    macs: network.macs,
    executedMacs: probe.executedMacs(engine),
    inputShape: shape,
    timings: withNames(contestants, timings),
    peerStarts,
    sizes: await benchSizes(probe, { model, peers, engine: engineName, rounds: fewer }, note),
  };
}

/**
 * The same network on square images from small to large. What cannot be made another size has none,
 * such as a network that flattens a map.
 */
async function benchSizes(
  probe: Probe,
  { model, peers, engine, rounds }: NetworkTask,
  note: (text: string) => void,
): Promise<SizeCost[]> {
  const costs: SizeCost[] = [];
  for (const sizePx of sizesPx) {
    note(`${sizePx} × ${sizePx} px`);
    const network = await resized(probe, model, sizePx, readNetwork).catch(ignoreSnnError);
    if (network === undefined) return [];
    const { shape } = network.input;
    const images = benchImages(shape);
    const contestants = [engineContestant(probe.openEngine(engine, network), images)];
    for (const peer of peers) {
      const session = await resized(probe, peer, sizePx, (file) => probe.OnnxSession.open(file));
      contestants.push(onnxContestant(path.basename(peer), session, shape, images));
    }
    const timings = await measureRounds(contestants, { ...usualRounds, rounds });
    costs.push({
      sizePx,
      macs: network.macs,
      ...compare(contestants, timings),
      timings: withNames(contestants, timings),
    });
  }
  return costs;
}

async function resized<T>(
  probe: Probe,
  onnx: string,
  sizePx: number,
  open: (file: Uint8Array) => T | Promise<T>,
): Promise<T> {
  const file = readFileSync(onnx);
  const axes = (await probe.OnnxSession.open(file)).sizeAxes(3);
  return open(resizeInput(file, sizePx, axes));
}

function withNames(contestants: readonly Contestant[], timings: readonly Timing[]): NamedTiming[] {
  return timings.map((timing, index) => ({ name: contestants[index]?.name ?? '', ...timing }));
}

function ignoreSnnError(error: unknown): undefined {
  if (!(error instanceof SnnError)) throw error;
}

export function engineContestant(engine: Engine, images: readonly Uint8Array[]): Contestant {
  const [first = new Uint8Array()] = images;
  return {
    name: engine.kind,
    run: (turn) => engine.run(images[turn % images.length] ?? first),
  };
}

function onnxContestant(
  name: string,
  session: OnnxSession,
  shape: Shape,
  images: readonly Uint8Array[],
): Contestant {
  const feeds = images.map((image) => session.feed(image, shape));
  const [first = {}] = feeds;
  return { name, run: (turn) => session.run(feeds[turn % feeds.length] ?? first) };
}
