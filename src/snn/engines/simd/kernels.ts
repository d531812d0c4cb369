import { relaxedKernels, v128Kernels } from './kernels.generated.ts';

/** What the compiled kernels export; all addresses are bytes of the memory they share. */
export interface Kernels {
  spikes: ProductKernel;
  potentials: ProductKernel;
  depthwiseSpikes: DepthwiseKernel;
  depthwisePotentials: DepthwiseKernel;
  depthwise3(
    input: number,
    pixelStep: number,
    rowStep: number,
    columns: number,
    rows: number,
    top: number,
    left: number,
    kernelRows: number,
    blocks: number,
    blockCount: number,
    output: number,
    outputStep: number,
    outputColumns: number,
    outputRows: number,
    padding: number,
  ): void;
  add: AddKernel;
  addRescaled: AddKernel;
  maxPool(
    input: number,
    pixelStep: number,
    columns: number,
    rows: number,
    top: number,
    left: number,
    sizeY: number,
    sizeX: number,
    strideY: number,
    strideX: number,
    groups: number,
    output: number,
    outputStep: number,
    outputColumns: number,
    outputRows: number,
  ): void;
  sumPixels(
    input: number,
    pixelStep: number,
    pixels: number,
    quartets: number,
    limits: number,
    output: number,
  ): void;
  copy(
    input: number,
    pixelStep: number,
    output: number,
    outputStep: number,
    bytes: number,
    pixels: number,
    flip: number,
  ): void;
  border(
    input: number,
    pixelStep: number,
    columns: number,
    rows: number,
    bytes: number,
    top: number,
    left: number,
    spacingY: number,
    spacingX: number,
    padding: number,
    output: number,
    outputColumns: number,
    outputRows: number,
  ): void;
  image4(
    red: number,
    green: number,
    blue: number,
    alpha: number,
    output: number,
    pixels: number,
  ): void;
  pack(
    weights: number,
    taps: number,
    count: number,
    block: number,
    lane: number,
    zero: number,
  ): number;
  probe(activations: number, weights: number, negativeSums: number, count: number): number;
}

type AddKernel = (
  left: number,
  leftStep: number,
  right: number,
  rightStep: number,
  constants: number,
  groups: number,
  output: number,
  outputStep: number,
  pixels: number,
) => void;

type ProductKernel = (
  input: number,
  pixelStep: number,
  rowStep: number,
  columns: number,
  rows: number,
  run: number,
  runs: number,
  runStep: number,
  blocks: number,
  blockCount: number,
  output: number,
  outputStep: number,
) => void;

type DepthwiseKernel = (
  input: number,
  pixelStep: number,
  rowStep: number,
  columns: number,
  rows: number,
  top: number,
  left: number,
  kernelRows: number,
  kernelColumns: number,
  strideY: number,
  strideX: number,
  blocks: number,
  blockCount: number,
  output: number,
  outputStep: number,
  outputColumns: number,
  outputRows: number,
  padding: number,
  scratch: number,
  scratchColumns: number,
) => void;

/** Which kernels: with the relaxed dot product, or with plain 128-bit vectors. */
export type Tier = 'relaxed' | 'v128';

/** Bytes of a packed vector of 16 weights. */
export const WEIGHT_VECTOR: Readonly<Record<Tier, number>> = { relaxed: 16, v128: 32 };

const compiled = new Map<Tier, WebAssembly.Module>();

/**
 * Kernels over a memory. The modules are compiled once.
 * @throws WebAssembly.CompileError where the runtime lacks the instructions of this tier
 */
export function instantiate(tier: Tier, memory: WebAssembly.Memory): Kernels {
  let module = compiled.get(tier);
  if (module === undefined) {
    const base64 = tier === 'relaxed' ? relaxedKernels : v128Kernels;
    const binary = atob(base64);
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
    module = new WebAssembly.Module(bytes);
    compiled.set(tier, module);
  }
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as Kernels; // build/kernels.mjs compiles exactly these
}
