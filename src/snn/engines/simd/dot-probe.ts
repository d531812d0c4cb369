import { type Kernels, kernelBinary } from './kernels.ts';

/** Vector pairs that a probe compares. */
const PAIRS = 16;
const BYTES = PAIRS * 16;
/** Room that `fillProbe` needs. */
export const PROBE_BYTES = 6 * BYTES;
/** A first test repeats itself, in case a runtime is not always wrong. */
const RUNS = 100;

/** Highest second operand, 127 or 255, for which the relaxed dot product is exact; else 0. */
export type RelaxedTo = 0 | 127 | 255;

let known: RelaxedTo | undefined;

/**
 * What this runtime's `i32x4.relaxed_dot_i8x16_i7x16_add_s` computes exactly, tested against plain
 * integers. By specification everything up to 127; some engines are wrong all the same, and only
 * before they optimize a function. So the test runs on a module that nobody has compiled before:
 * its first runs are those of a fresh start.
 */
export function testRelaxedDot(): RelaxedTo {
  known ??= measure();
  return known;
}

function measure(): RelaxedTo {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  let probe: Kernels['probe'];
  try {
    const module = new WebAssembly.Module(unique(kernelBinary('probe', false)));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    ({ probe } = exports as unknown as Kernels);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return 0;
    throw error;
  }
  fillProbe(memory, 0);
  const results = Array.from({ length: RUNS }, () => runProbe(probe, 0));
  return results.reduce((least, result) => (result < least ? result : least));
}

/**
 * Writes, for second operands in 0…127 and then for 128…255: first operands, second operands and
 * negated sums, so many vectors of each.
 */
export function fillProbe(memory: WebAssembly.Memory, at: number): void {
  for (const [half, low] of [0, 128].entries()) {
    const from = at + half * 3 * BYTES;
    const first = new Int8Array(memory.buffer, from, BYTES);
    const second = new Uint8Array(memory.buffer, from + BYTES, BYTES);
    const sums = new Int32Array(memory.buffer, from + 2 * BYTES, PAIRS * 4);
    sums.fill(0);
    for (let index = 0; index < BYTES; index++) {
      // The first pairs are the extremes, where sums of 16 bits would saturate.
      first[index] = index < 32 ? -128 : index < 64 ? 127 : ((index * 101) % 256) - 128;
      second[index] = low + (index < 64 ? 127 : (index * 37) % 128);
      sums[index >> 2] = (sums[index >> 2] ?? 0) - (first[index] ?? 0) * (second[index] ?? 0);
    }
  }
}

/** Which dot products of what `fillProbe` wrote are the sums that it wrote. */
export function runProbe(probe: Kernels['probe'], at: number): RelaxedTo {
  const isExact = (from: number) => probe(from + BYTES, from, from + 2 * BYTES, PAIRS) === 1;
  if (!isExact(at)) return 0;
  return isExact(at + 3 * BYTES) ? 255 : 127;
}

/** The same module in other bytes: a custom section that no other has is added at the end. */
function unique(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(Float64Array.of(Math.random(), Date.now()).buffer);
  const section = [0, nonce.length + 2, 1, 'n'.charCodeAt(0), ...nonce];
  const bytes = new Uint8Array(binary.length + section.length);
  bytes.set(binary);
  bytes.set(section, binary.length);
  return bytes;
}
