// One engine, or one onnxruntime session, alone: what the benchmark times itself, and, run as a
// program or a thread of its own, what starts from nothing. It imports little but the spiking core,
// so that a fresh process holds nothing else.
import { existsSync, readFileSync } from 'node:fs';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { PreparedNetworks } from '../../../native-bridge/accelerators/prepared-networks.ts';
import { SimdEngine } from '../../snn/engines/simd/engine.ts';
import {
  createEngine,
  type Engine,
  type Network,
  readNetwork,
  type Shape,
} from '../../snn/index.ts';

/** What can be benchmarked; `simd-v128` is the SIMD engine without relaxed instructions. */
export type EngineName = 'simd' | 'simd-v128' | 'event';

/** This file, to be run with `node` (see `ProbeTask`) or as a thread (see `ThreadTask`). */
export const probeProgram = import.meta.filename;

/** Arguments of the program; the image is its standard input, a number its output. */
export type ProbeTask =
  | readonly [
      /**
       * Milliseconds from a closed file to the first result, for the SIMD engine also where it was
       * prepared before (which the first such process does); or peak memory after a few, in MB.
       */
      measure: 'cold-start' | 'prepared-start' | 'memory',
      model: string,
      runner: EngineName | 'onnxruntime',
      /** Of the image: `3,128,128`. */
      shape: string,
    ]
  /** The peak memory of a process that does nothing. */
  | readonly [measure: 'bare-memory'];

/** Runs the engine for each duration posted to it, and answers with the number of images read. */
export interface ThreadTask {
  readonly model: string;
  readonly engine: EngineName;
  readonly image: Uint8Array;
}

export function openEngine(name: EngineName, network: Network): Engine {
  if (name === 'simd-v128') return new SimdEngine(network, { relaxedTo: 0 });
  return createEngine(name, network);
}

/** The kernels that a SIMD engine chose; nothing of other engines. */
export function tierOf(engine: Engine): string | null {
  return engine instanceof SimdEngine ? engine.tier : null;
}

/**
 * Multiply-accumulates that an engine really does: the SIMD engine recognizes convolutions that
 * only copy, the event engine skips zeros and has no fixed number.
 */
export function executedMacs(engine: Engine): number {
  if (!(engine instanceof SimdEngine)) return engine.network.macs;
  const multiplied = engine.plan.steps.flatMap((step) =>
    step.kernel === 'product' || step.kernel === 'depthwise' ? [step.operator.macs] : [],
  );
  return multiplied.reduce((sum, macs) => sum + macs, 0);
}

/** An onnxruntime session on one thread. */
export class OnnxSession {
  readonly #session: import('onnxruntime-node').InferenceSession;
  readonly #Tensor: typeof import('onnxruntime-node').Tensor;

  private constructor(
    session: import('onnxruntime-node').InferenceSession,
    Tensor: typeof import('onnxruntime-node').Tensor,
  ) {
    this.#session = session;
    this.#Tensor = Tensor;
  }

  static async open(file: Uint8Array | string): Promise<OnnxSession> {
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(file as string, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
    return new OnnxSession(session, Tensor);
  }

  /** Which axes of the input are its height and width. */
  sizeAxes(channels: number): readonly [number, number] {
    const [input] = this.#session.inputMetadata;
    if (!input?.isTensor || input.shape.length !== 4)
      throw new TypeError('Its first input is not a batch of images.');
    return input.shape[1] !== channels && input.shape[3] === channels ? [1, 2] : [2, 3];
  }

  /** What `run` takes, from a C×H×W image, in the file's own type and order. */
  feed(image: Uint8Array, shape: Shape) {
    const [input] = this.#session.inputMetadata;
    if (!input?.isTensor) throw new TypeError('Its first input is not a tensor.');
    const [channels, height, width] = shape;
    const isChannelsFirst = this.sizeAxes(channels)[0] === 2;
    const dims = isChannelsFirst ? [1, ...shape] : [1, height, width, channels];
    const pixels = isChannelsFirst ? image : channelsLast(image, channels);
    const tensor =
      input.type === 'uint8'
        ? new this.#Tensor('uint8', pixels, dims)
        : new this.#Tensor('float32', Float32Array.from(pixels), dims);
    return { [input.name]: tensor };
  }

  async run(
    feed: ReturnType<OnnxSession['feed']>,
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    const results = await this.#session.run(feed);
    return new Map(
      Object.entries(results).map(([name, { data }]) => [name, data as unknown as number[]]),
    );
  }
}

function channelsLast(image: Uint8Array, channels: number): Uint8Array {
  const pixels = image.length / channels;
  return image.map((_, at) => image[(at % channels) * pixels + Math.floor(at / channels)] ?? 0);
}

/** Images that a process reads before its memory is looked at. */
const imagesForMemory = 20;

async function measure(task: ProbeTask): Promise<number> {
  if (task[0] === 'bare-memory') return peakMemoryMb();
  const [what, model, runner, shape] = task;
  const image = new Uint8Array(readFileSync(0));
  const [channels = 0, height = 0, width = 0] = shape.split(',').map(Number);
  if (runner === 'onnxruntime') await import('onnxruntime-node');
  const images = what === 'memory' ? imagesForMemory : 1;
  const networks = what === 'prepared-start' ? new PreparedNetworks() : undefined;
  const startedAt = performance.now();
  if (networks) {
    const { network, prepared } = networks.open(readFileSync(model));
    const engine = new SimdEngine(network, { prepared });
    engine.run(image);
    const tookMs = performance.now() - startedAt;
    if (!prepared) networks.keep(engine.prepared());
    return tookMs;
  }
  if (runner === 'onnxruntime') {
    const session = await OnnxSession.open(model);
    const feed = session.feed(image, [channels, height, width]);
    for (let turn = 0; turn < images; turn++) await session.run(feed);
  } else {
    const engine = openEngine(runner, readNetwork(readFileSync(model)));
    for (let turn = 0; turn < images; turn++) engine.run(image);
  }
  return what === 'memory' ? peakMemoryMb() : performance.now() - startedAt;
}

/** Linux counts a process's own peak; what `getrusage` says includes the parent's before exec. */
function peakMemoryMb(): number {
  const status = '/proc/self/status';
  const peak = existsSync(status) && /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(status, 'latin1'));
  return Number(peak ? peak[1] : process.resourceUsage().maxRSS) / 1024;
}

function serveThread({ model, engine: name, image }: ThreadTask): void {
  const engine = openEngine(name, readNetwork(readFileSync(model)));
  for (let turn = 0; turn < 50; turn++) engine.run(image);
  parentPort?.on('message', (durationMs: number) => {
    const startedAt = performance.now();
    let images = 0;
    while (performance.now() - startedAt < durationMs) {
      engine.run(image);
      images++;
    }
    parentPort?.postMessage((images * 1000) / (performance.now() - startedAt));
  });
  parentPort?.postMessage(0);
}

if (!isMainThread && workerData?.probe === probeProgram) serveThread(workerData.task);
else if (isMainThread && process.argv[1] === probeProgram)
  process.stdout.write(String(await measure(process.argv.slice(2) as unknown as ProbeTask)));
