import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  dequantizeOutput,
  type Engine,
  readNetwork,
  type Shape,
  SnnError,
} from '../../snn/index.ts';
import type { EngineName, OnnxSession } from './engine-probe.ts';
import { type FreshStart, measureFreshStart, measureScaling } from './fresh.ts';
import { benchImages } from './images.ts';
import { resizeInput } from './onnx-size.ts';
import { type Comparison, type Contestant, compare, measureRounds, usualRounds } from './rounds.ts';

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
}

export interface NetworkReport {
  readonly medianMs: number;
  /** Onnxruntime on the same file, then on each other file. */
  readonly peers: readonly Comparison[];
  readonly coldStartMs: number;
  readonly peakMemoryMb: number;
  /** Images a second of two threads over those of one. */
  readonly batchScaling: number;
  /** Whether all outputs for all images equal onnxruntime's for the same file. */
  readonly exact: boolean;
  readonly model: string;
  readonly engine: 'simd' | 'event';
  readonly tier: string | null;
  /** As the file has them. */
  readonly macs: number;
  /** Without the convolutions that only copy. */
  readonly executedMacs: number;
  readonly inputShape: readonly number[];
  /** The SIMD engine without relaxed instructions. */
  readonly v128Ms: number;
  readonly peerStarts: readonly ({ readonly name: string } & FreshStart)[];
  readonly sizes: readonly SizeCost[];
}

const sizesPx = [64, 96, 128, 160, 192, 224, 256, 320];

/** @param note is told what is being measured. */
export async function benchNetwork(
  probe: Probe,
  { model, peers, engine: engineName, rounds }: NetworkTask,
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
  const exact = await isExact(engine, same, images);
  const ours = engineContestant(engine, images);
  const plain = engineContestant(probe.openEngine('simd-v128', network), images);
  const others = [
    onnxContestant(path.basename(model), same, shape, images),
    ...(await Promise.all(
      peers.map(async (peer) => {
        const session = await probe.OnnxSession.open(peer);
        return onnxContestant(path.basename(peer), session, shape, images);
      }),
    )),
  ];
  const contestants = [ours, ...others];
  const mediansMs = await measureRounds([...contestants, plain], {
    ...usualRounds,
    rounds,
    onRound: (done) => note(`round ${done} of ${rounds}`),
  });
  const [v128Ms = Number.NaN] = mediansMs.splice(contestants.length, 1);

  const fewer = Math.max(Math.ceil(rounds / 4), 1);
  const fresh = (runner: EngineName | 'onnxruntime', of: string) => {
    note(`fresh processes: ${path.basename(of)}`);
    return measureFreshStart(probe.probeProgram, { model: of, runner }, { image, shape }, fewer);
  };
  const ourStart = fresh(engineName, model);
  const peerStarts = [model, ...peers].map((each) => ({
    name: path.basename(each),
    ...fresh('onnxruntime', each),
  }));
  note('two threads against one');
  const thread = { model, engine: engineName, image };
  const batchScaling = await measureScaling(probe.probeProgram, thread, fewer, 300);
  return {
    ...compare(contestants, mediansMs),
    ...ourStart,
    batchScaling,
    exact,
    model: path.basename(model),
    engine: engineName,
    tier: probe.tierOf(engine),
    macs: network.macs,
    executedMacs: probe.executedMacs(engine),
    inputShape: shape,
    v128Ms,
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
    const mediansMs = await measureRounds(contestants, { ...usualRounds, rounds });
    costs.push({ sizePx, macs: network.macs, ...compare(contestants, mediansMs) });
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

async function isExact(
  engine: Engine,
  session: OnnxSession,
  images: readonly Uint8Array[],
): Promise<boolean> {
  const { network } = engine;
  for (const image of images) {
    const { outputs } = engine.run(image);
    const expected = await session.run(session.feed(image, network.input.shape));
    for (const [index, output] of network.outputs.entries()) {
      const ours = dequantizeOutput(network, outputs[index] ?? new Int32Array(), output);
      const theirs = expected.get(output.name);
      if (ours.length !== theirs?.length || ours.some((value, at) => value !== theirs[at]))
        return false;
    }
  }
  return true;
}
