import { checkImage, inputTable } from '../../input.ts';
import { type Network, tensorOf } from '../../network.ts';
import { compilePlan } from '../../plan/compile.ts';
import type { MapView, Plan, Step } from '../../plan/plan.ts';
import type { Engine, EngineResult } from '../engine.ts';
import { blockCount, ConstantWriter, constantBytes, stagingBytes } from './constants.ts';
import { DOT_TEST_BYTES, DotTest, testRelaxedDot } from './dot-test.ts';
import { instantiate, type Kernels, type Tier } from './kernels.ts';
import { MapAccess, scalarAdd, scalarNeurons } from './scalar.ts';

export interface SimdOptions {
  /** Default: the fastest that this runtime computes exactly. */
  readonly tier?: Tier | undefined;
  /** Uses the relaxed dot product on activations up to 127 only, as on machines that need that. */
  readonly onlyTo127?: boolean;
  /** Keeps every tensor after a run, for `tensor`. */
  readonly keepTensors?: boolean;
}

/**
 * The dense engine on 128-bit vectors. The plan says what runs; here its constants are packed
 * into one WebAssembly memory, in front of the arena, and each step is bound to its kernel.
 */
export class SimdEngine implements Engine {
  readonly kind = 'simd';
  readonly network: Network;
  readonly #options: SimdOptions;
  #program: Program;

  constructor(network: Network, options: SimdOptions = {}) {
    this.network = network;
    this.#options = options;
    this.#program = new Program(network, options);
  }

  /** The kernels in use; the relaxed ones only where tests found them exact. */
  get tier(): Tier {
    return this.#program.tier;
  }

  get plan(): Plan {
    return this.#program.plan;
  }

  run(image: Uint8Array): EngineResult {
    checkImage(this.network, image);
    if (!this.#program.isSound()) {
      this.#program = new Program(this.network, { ...this.#options, tier: 'v128' });
    }
    return this.#program.run(image);
  }

  /** A copy of a tensor as the last run left it, in C×H×W order. Needs `keepTensors`. */
  tensor(name: string): Int32Array | undefined {
    return this.#program.tensor(name);
  }
}

/** Room in front of the constants: 16 bytes of 0 and 16 of 128, padding for either kind of map. */
const PADDING_BYTES = 32;
/** Vectors may be read beyond the end of a map. */
const SLACK_BYTES = 64;
const PAGE_BYTES = 65536;

class Program {
  readonly tier: Tier;
  readonly plan: Plan;
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Partial<Record<Tier, Kernels>>;
  readonly #arena: number;
  readonly #image: Uint8Array;
  readonly #calls: readonly (() => void)[];
  readonly #spikes: MapAccess;
  readonly #outputs: readonly MapAccess[];
  readonly #dotTest: DotTest | undefined;
  readonly #exactTo: ReturnType<typeof testRelaxedDot>;

  constructor(network: Network, { tier, onlyTo127, keepTensors = false }: SimdOptions) {
    const tested = tier === 'v128' ? 'no' : testRelaxedDot();
    const relaxed = tested === 'to-255' && onlyTo127 ? 'to-127' : tested;
    this.tier = relaxed === 'no' ? 'v128' : 'relaxed';
    this.#exactTo = relaxed;
    this.plan = compilePlan(network, { relaxed, keepTensors });
    const { steps, arenaBytes } = this.plan;
    const testAt = PADDING_BYTES;
    let end = aligned(testAt + DOT_TEST_BYTES);
    const constantsAt = steps.map((step) => {
      const at = end;
      end = aligned(at + constantBytes(step));
      return at;
    });
    this.#arena = end;
    const room = Math.max(arenaBytes, ...steps.map(stagingBytes));
    const pages = Math.ceil((end + room + SLACK_BYTES) / PAGE_BYTES);
    this.#memory = new WebAssembly.Memory({ initial: pages });
    this.#kernels = {};
    if (relaxed !== 'to-255') this.#kernels.v128 = instantiate('v128', this.#memory);
    if (relaxed !== 'no') {
      this.#kernels.relaxed = instantiate('relaxed', this.#memory);
      this.#dotTest = new DotTest(this.#kernels.relaxed, this.#memory, testAt);
    }
    new Uint8Array(this.#memory.buffer, 16, 16).fill(128);
    const writer = new ConstantWriter(this.#kernels, this.#memory, this.#arena);
    for (const [index, step] of steps.entries()) writer.write(step, constantsAt[index] ?? 0);
    this.#calls = steps.map((step, index) => this.#bind(step, constantsAt[index] ?? 0));
    const [first] = steps;
    if (first?.kernel !== 'image') throw new RangeError('A plan starts with the image');
    const { offset, bytes } = first.image;
    this.#image = new Uint8Array(this.#memory.buffer, this.#arena + offset, bytes);
    this.#spikes = this.#access(network.spikeTensor);
    this.#outputs = network.outputs.map(({ tensor }) => this.#access(tensor));
  }

  /** Whether the dot product is still what it was when the tier was chosen. */
  isSound(): boolean {
    const exactTo = this.#dotTest?.run() ?? this.#exactTo;
    return exactTo === this.#exactTo || exactTo === 'to-255';
  }

  run(image: Uint8Array): EngineResult {
    this.#image.set(image);
    for (const call of this.#calls) call();
    const outputs = this.#outputs.map((map) => map.toTensor());
    const [output = new Int32Array()] = outputs;
    return { spikeCounts: this.#spikes.toTensor(), output, outputs };
  }

  tensor(name: string): Int32Array | undefined {
    return this.plan.maps.has(name) ? this.#access(name).toTensor() : undefined;
  }

  #access(name: string): MapAccess {
    const view = this.plan.maps.get(name);
    if (view === undefined) throw new RangeError(`The plan has no map '${name}'`);
    return new MapAccess(view, this.#memory, this.#arena);
  }

  #address({ buffer, startBytes }: MapView): number {
    return this.#arena + buffer.offset + startBytes;
  }

  /** One call of a kernel with all its arguments; `constants` is where the step's are. */
  #bind(step: Step, constants: number): () => void {
    const kernels = this.#kernels['dot' in step ? step.dot : this.tier];
    if (kernels === undefined) throw new RangeError(`The plan needs kernels that are not there`);
    switch (step.kernel) {
      case 'image':
        return this.#bindImage(step, kernels);
      case 'border': {
        const { input, output, origin, spacing } = step;
        const [, rows, columns] = input.shape;
        const [, outputRows, outputColumns] = output.shape;
        const from = this.#address(input);
        const to = this.#address(output);
        return () =>
          kernels.border(
            from,
            input.pixelBytes,
            columns,
            rows,
            input.width,
            origin[0],
            origin[1],
            spacing[0],
            spacing[1],
            constants,
            to,
            outputColumns,
            outputRows,
          );
      }
      case 'product': {
        const { pixelStep, rowStep, columns, rows, runBytes, runs, runStep, output } = step;
        const kernel = step.neurons === undefined ? kernels.potentials : kernels.spikes;
        const from = this.#address(step.input);
        const to = this.#address(output);
        const blocks = blockCount(step);
        return () =>
          kernel(
            from,
            pixelStep,
            rowStep,
            columns,
            rows,
            runBytes,
            runs,
            runStep,
            constants,
            blocks,
            to,
            output.pixelBytes,
          );
      }
      case 'depthwise': {
        const { operator, input, output, scratchColumns } = step;
        const {
          kernel: [kernelRows, kernelColumns],
          stride: [strideY, strideX],
          pads,
        } = operator;
        const kernel =
          step.neurons === undefined ? kernels.depthwisePotentials : kernels.depthwiseSpikes;
        const [, rows, columns] = input.shape;
        const [, outputRows, outputColumns] = output.shape;
        const from = this.#address(input);
        const to = this.#address(output);
        const scratch = this.#arena + step.scratch.offset;
        const blocks = blockCount(step);
        const padding = input.zero === 0 ? 0 : 16;
        if (step.isCommon) {
          return () =>
            kernels.depthwise3(
              from,
              input.pixelBytes,
              columns * input.pixelBytes,
              columns,
              rows,
              pads.top,
              pads.left,
              kernelRows,
              constants,
              blocks,
              to,
              output.pixelBytes,
              outputColumns,
              outputRows,
              padding,
            );
        }
        return () =>
          kernel(
            from,
            input.pixelBytes,
            columns * input.pixelBytes,
            columns,
            rows,
            pads.top,
            pads.left,
            kernelRows,
            kernelColumns,
            strideY,
            strideX,
            constants,
            blocks,
            to,
            output.pixelBytes,
            outputColumns,
            outputRows,
            padding,
            scratch,
            scratchColumns,
          );
      }
      case 'add': {
        const { left, right, output } = step;
        const kernel = step.rescaling === undefined ? kernels.add : kernels.addRescaled;
        const a = this.#address(left);
        const b = this.#address(right);
        const to = this.#address(output);
        const pixels = output.shape[1] * output.shape[2];
        return () =>
          kernel(
            a,
            left.pixelBytes,
            b,
            right.pixelBytes,
            constants,
            output.width / 8,
            to,
            output.pixelBytes,
            pixels,
          );
      }
      case 'max-pool': {
        const { pool, input, output } = step;
        const [, rows, columns] = input.shape;
        const [, outputRows, outputColumns] = output.shape;
        const from = this.#address(input);
        const to = this.#address(output);
        return () =>
          kernels.maxPool(
            from,
            input.pixelBytes,
            columns,
            rows,
            pool.pads.top,
            pool.pads.left,
            pool.size[0],
            pool.size[1],
            pool.stride[0],
            pool.stride[1],
            output.width / 8,
            to,
            output.pixelBytes,
            outputColumns,
            outputRows,
          );
      }
      case 'sum': {
        const { input, output } = step;
        const from = this.#address(input);
        const to = this.#address(output);
        const pixels = input.shape[1] * input.shape[2];
        return () =>
          kernels.sumPixels(from, input.pixelBytes, pixels, input.width / 4, constants, to);
      }
      case 'copy': {
        const { input, output } = step;
        const from = this.#address(input);
        const to = this.#address(output);
        const pixels = input.shape[1] * input.shape[2];
        const flip = input.zero === output.zero ? 0 : 0x80808080;
        return () =>
          kernels.copy(from, input.pixelBytes, to, output.pixelBytes, input.width, pixels, flip);
      }
      case 'scalar-neurons': {
        const input = new MapAccess(step.input, this.#memory, this.#arena);
        const output = new MapAccess(step.output, this.#memory, this.#arena);
        return () => scalarNeurons(step, input, output);
      }
      case 'scalar-add': {
        const left = new MapAccess(step.left, this.#memory, this.#arena);
        const right = new MapAccess(step.right, this.#memory, this.#arena);
        const output = new MapAccess(step.output, this.#memory, this.#arena);
        return () => scalarAdd(step, left, right, output);
      }
    }
  }

  /** Pixels pass as they are where the quantization changes none; else through a table. */
  #bindImage({ image, output }: Extract<Step, { kernel: 'image' }>, kernels: Kernels): () => void {
    const { input } = this.plan.network;
    const table = inputTable(input, tensorOf(this.plan.network, input.tensor).type === 'int8');
    const [channels, height, width] = input.shape;
    const pixels = height * width;
    const from = this.#arena + image.offset;
    const isPlain = table.every((value, index) => value === index % 256);
    if (isPlain && output.width === 4) {
      const plane = (channel: number) => from + Math.min(channel, channels - 1) * pixels;
      const to = this.#address(output);
      return () => kernels.image4(from, plane(1), plane(2), plane(3), to, pixels);
    }
    const bytes = new Uint8Array(this.#memory.buffer, from, image.bytes);
    const map = new MapAccess(output, this.#memory, this.#arena);
    return () => {
      for (const [index, byte] of bytes.entries()) {
        const channel = Math.floor(index / pixels);
        map.set(channel, index % pixels, table[channel * 256 + byte] ?? 0);
      }
    };
  }
}

function aligned(address: number): number {
  return Math.ceil(address / 64) * 64;
}
