import { relaxedKernels, v128Kernels } from './kernels.generated.ts';

/** A function of kernels/*.as, which names its arguments; addresses are bytes of the memory. */
export type Kernel = (...values: readonly number[]) => number;

/** What the compiled kernels export. */
export type Kernels = Readonly<Record<KernelName, Kernel>>;

type KernelName =
  | ('spikes' | 'potentials' | 'spikesSplit' | 'potentialsSplit' | 'eventSpikes')
  | ('depthwiseSpikes' | 'depthwisePotentials')
  | ('depthwiseSpikesSplit' | 'depthwisePotentialsSplit' | 'depthwise3')
  | ('add' | 'addRescaled' | 'maxPool' | 'sumPixels' | 'copy' | 'border' | 'image4')
  | ('pack' | 'probe');

/** Which kernels: with the relaxed dot product, or with plain 128-bit vectors. */
export type Tier = 'relaxed' | 'v128';

/** Bytes of a packed vector of 16 weights. */
export const WEIGHT_VECTOR: Readonly<Record<Tier, number>> = { relaxed: 16, v128: 32 };

/** In a module's import of a memory: that it is shared, or not, and that it has a maximum. */
const SHARED = 3;
const UNSHARED = 1;
/** How the import begins in the binary: modules 'env', name 'memory', kind 2. */
const MEMORY_IMPORT = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2];

/** The module of a tier for a memory of this kind; the two differ in one bit. */
export function kernelBinary(tier: Tier, isShared: boolean): Uint8Array<ArrayBuffer> {
  const base64 = tier === 'relaxed' ? relaxedKernels : v128Kernels;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const at = bytes.findIndex((_, start) =>
    MEMORY_IMPORT.every((byte, index) => bytes[start + index] === byte),
  );
  bytes[at + MEMORY_IMPORT.length] = isShared ? SHARED : UNSHARED;
  return bytes;
}

const compiled = new Map<string, WebAssembly.Module>();

/**
 * Kernels over a memory that has a maximum. The modules are compiled once.
 * @throws WebAssembly.CompileError where the runtime lacks the instructions of this tier
 */
export function instantiate(tier: Tier, memory: WebAssembly.Memory): Kernels {
  const isShared = !(memory.buffer instanceof ArrayBuffer);
  const key = `${tier} ${isShared}`;
  const module = compiled.get(key) ?? new WebAssembly.Module(kernelBinary(tier, isShared));
  compiled.set(key, module);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as Kernels; // build/kernels.mjs compiles exactly these
}
