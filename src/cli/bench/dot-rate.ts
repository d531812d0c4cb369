// The fastest that this machine multiplies bytes with 128-bit vectors: a loop of nothing but
// i32x4.relaxed_dot_i8x16_i7x16_add_s, in WebAssembly bytes.

/** Enough sums to keep the dot units busy while each waits for its last one. */
const activations = 5;
const weights = 2;
const unrolled = 8;
const dotsPerTurn = activations * weights * unrolled;
const macsPerDot = 16;

const turns = 100_000;
/** For the optimizing compiler to have finished. */
const warmUpRuns = 50;

/** The loop, compiled. To be asked between other measurements: processors change their speed. */
export class DotLoop {
  readonly #run: (turns: number) => number;

  private constructor(run: (turns: number) => number) {
    this.#run = run;
    for (let warmUp = 0; warmUp < warmUpRuns; warmUp++) run(turns);
  }

  /** Null where the runtime has no such instruction. */
  static compile(): DotLoop | null {
    try {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(dotLoop()), {
        env: { memory },
      });
      return new DotLoop((exports as { run(turns: number): number }).run);
    } catch (error) {
      if (error instanceof WebAssembly.CompileError) return null;
      throw error;
    }
  }

  /** Multiply-accumulates a second, over about a millisecond. */
  macsPerSecond(): number {
    const startedAt = performance.now();
    this.#run(turns);
    const seconds = (performance.now() - startedAt) / 1000;
    return (turns * dotsPerTurn * macsPerDot) / seconds;
  }
}

const v128 = 0x7b;
const i32 = 0x7f;
const localGet = 0x20;
const localSet = 0x21;

/** `run(turns)`: local 0 counts down; then an activation, the weights, the sums. */
function dotLoop(): Uint8Array {
  const activation = 1;
  const weight = (index: number) => activation + 1 + index;
  const sum = (index: number) => weight(weights) + index;
  const sums = activations * weights;
  const load = (address: number, local: number) => [
    ...[0x41, 0], // i32.const 0
    ...[0xfd, 0x00, 4, ...leb(address)], // v128.load, 16-byte aligned
    ...[localSet, local],
  ];
  const dot = (index: number) => [
    ...[localGet, weight(index % weights), localGet, activation, localGet, sum(index)],
    ...[0xfd, 0x93, 0x02], // i32x4.relaxed_dot_i8x16_i7x16_add_s
    ...[localSet, sum(index)],
  ];
  const turn = Array.from({ length: activations * unrolled }, (_, index) => [
    ...load(64 + 16 * (index % 16), activation),
    ...Array.from({ length: weights }, (_, w) => dot((index % activations) * weights + w)).flat(),
  ]).flat();
  const body = [
    ...[1, 1 + weights + sums, v128], // one group of locals beside the parameter
    ...Array.from({ length: weights }, (_, index) => load(16 * index, weight(index))).flat(),
    ...[0x03, 0x40, ...turn], // loop
    ...[localGet, 0, 0x41, 1, 0x6b, 0x22, 0], // turns − 1
    ...[0x0d, 0, 0x0b], // again unless 0; end
    ...[localGet, sum(0)],
    ...Array.from({ length: sums - 1 }, (_, i) => [localGet, sum(i + 1), 0xfd, 0xae, 0x01]).flat(),
    ...[0xfd, 0x1b, 0, 0x0b], // i32x4.extract_lane 0; end
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, i32, 1, i32]),
    ...section(2, [1, ...text('env'), ...text('memory'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('run'), 0, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

function text(name: string): number[] {
  return [name.length, ...new TextEncoder().encode(name)];
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)];
}
