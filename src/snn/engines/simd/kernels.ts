import { probeKernel, relaxedKernels, v128Kernels } from './kernels.generated.ts';

/** A function of kernels/*.as, which names its arguments; addresses are bytes of the memory. */
export type Kernel = (...values: readonly number[]) => number;

/** What the compiled kernels export. */
export type Kernels = Readonly<Record<KernelName, Kernel>>;

type KernelName =
  | ('spikes' | 'potentials' | 'spikesSplit' | 'potentialsSplit' | 'eventSpikes')
  | ('depthwiseSpikes' | 'depthwisePotentials')
  | ('depthwiseSpikesSplit' | 'depthwisePotentialsSplit' | 'depthwise3' | 'depthwise3Stride2')
  | ('add' | 'addRescaled' | 'maxPool' | 'sumPixels' | 'copy' | 'border' | 'image4')
  | ('pack' | 'probe' | 'squaredDistances');

/** Which kernels: with the relaxed dot product, or with plain 128-bit vectors. */
export type Tier = 'relaxed' | 'v128';

/** Bytes of a packed vector of 16 weights. */
export const WEIGHT_VECTOR: Readonly<Record<Tier, number>> = { relaxed: 16, v128: 32 };

/** In a module's import of a memory: that it is shared, or not, and that it has a maximum. */
const SHARED = 3;
const UNSHARED = 1;
/** How the import begins in the binary: module 'env', name 'memory', kind 2. */
const MEMORY_IMPORT = '\x03env\x06memory\x02';

const BINARIES = { relaxed: relaxedKernels, v128: v128Kernels, probe: probeKernel };

/** A module for a memory of this kind; the two differ in one bit. */
export function kernelBinary(which: Tier | 'probe', isShared: boolean): Uint8Array<ArrayBuffer> {
  const binary = atob(BINARIES[which]);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  bytes[binary.indexOf(MEMORY_IMPORT) + MEMORY_IMPORT.length] = isShared ? SHARED : UNSHARED;
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
