/**
 * A quantized spiking network as plain, read-only data: operators in execution order over
 * named tensors. An activation is an integer; a non-zero one is a spike that carries its
 * magnitude. `docs/arithmetic.md` gives every rule as a formula.
 */

/** Channels × height × width. A vector of K values is K×1×1. */
export type Shape = readonly [channels: number, height: number, width: number];

/** Height, then width. */
export type Size = readonly [height: number, width: number];

/** Rows and columns added around a map. */
export interface Pads {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** A tensor between two operators, with the range that its integers cannot leave. */
export interface Tensor {
  readonly type: 'uint8' | 'int8' | 'int32';
  readonly shape: Shape;
  readonly low: number;
  readonly high: number;
}

/**
 * Integer rescaling, one entry per channel:
 * `y = clip(⌊potential · multiplier / 2^shift + ½⌋, −2^(bits−1), 2^(bits−1) − 1)`.
 */
export interface Requantization {
  readonly bits: 8 | 11;
  readonly multiplier: Uint8Array;
  /** Exponent of the power-of-two divisor, −32…32; negative ones scale up. */
  readonly shift: Int8Array;
}

/** What is done to a membrane potential before it is requantized. */
export type Activation =
  | { readonly kind: 'none' }
  | { readonly kind: 'relu' }
  /** `min(max(potential, 0), maximum[channel])`. */
  | { readonly kind: 'relu-clipped'; readonly maximum: Int32Array }
  /** `table[i mod 2048]`, `i` the potential requantized to 11 bits (−1024…1023). */
  | { readonly kind: 'lut'; readonly index: Requantization; readonly table: Int32Array };

/** `max` takes the highest potential of a window, `sum` adds all activated pixels of a map. */
export type Pool =
  | { readonly kind: 'none' }
  | { readonly kind: 'max'; readonly size: Size; readonly stride: Size; readonly pads: Pads }
  | { readonly kind: 'sum' };

interface OperatorBase {
  /** The node's name in the file. */
  readonly name: string;
  /** The node's operator in the file, such as `QuantizedConv2DBiasedReLUScaled`. */
  readonly type: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly outputShape: Shape;
  /** Multiply-accumulates of a dense execution; 0 where there are no weights. */
  readonly macs: number;
  /**
   * Whether the file's own float32 function body gives these integers for every input: no
   * partial sum can exceed 2^24, and no float32 rounding can cross a rounding boundary.
   * Where false the exact integers are still the contract; the float32 body may differ.
   */
  readonly float32Exact: boolean;
}

/** Synapses: potentials are weighted sums of the input's spikes. */
interface WeightedBase extends OperatorBase {
  readonly inputShape: Shape;
  readonly weights: Int8Array;
  /** Resting potential of each output channel; zeros where the file has no bias. */
  readonly bias: Int32Array;
  /** Largest magnitude that any partial sum of a potential can reach, bias included. */
  readonly potentialBound: number;
  readonly activation: Activation;
}

/** Convolution → max pool → activation → sum over pixels → requantization. */
export interface Convolution extends WeightedBase {
  readonly kind: 'convolution';
  /** Each output channel sees only its own input channel. */
  readonly depthwise: boolean;
  /** Weights are [output][input][y][x], or [channel][y][x] where depthwise. */
  readonly kernel: Size;
  readonly stride: Size;
  readonly pads: Pads;
  /** The value of a padded pixel, per input channel; not always 0 in the first layer. */
  readonly padValue: Int32Array;
  /** Shape of the potentials, before any pool. */
  readonly potentialShape: Shape;
  readonly pool: Pool;
  readonly requantization: Requantization;
}

/**
 * Transposed convolution → activation → requantization: an event at (y, x) reaches the patch of
 * the kernel's size whose corner is (y·stride − top, x·stride − left). What falls outside the
 * output, `pads` rows and columns at each side, is lost.
 */
export interface TransposedConvolution extends WeightedBase {
  readonly kind: 'transposed-convolution';
  /** Each output channel sees only its own input channel. */
  readonly depthwise: boolean;
  /** Weights are [output][input][y][x], or [channel][y][x] where depthwise. */
  readonly kernel: Size;
  readonly stride: Size;
  readonly pads: Pads;
  readonly requantization: Requantization;
}

/** Fully connected layer; weights are [output][channel][y][x] of the input. */
export interface Dense extends WeightedBase {
  readonly kind: 'dense';
  /** Absent: the output is the 32-bit potential itself. */
  readonly requantization: Requantization | undefined;
}

/** `leftFactor·left + rightFactor·right`, factors per channel, then requantization. */
export interface Add extends OperatorBase {
  readonly kind: 'add';
  readonly leftFactor: Int32Array;
  readonly rightFactor: Int32Array;
  /** Its multipliers are 1. Absent: the output is the 32-bit sum itself. */
  readonly requantization: Requantization | undefined;
}

/** The left input's channels, then the right one's. */
export interface Concat extends OperatorBase {
  readonly kind: 'concat';
}

export type Operator = Convolution | TransposedConvolution | Dense | Add | Concat;

/** How a uint8 image becomes the first tensor: `clip(roundHalfEven(x / scale) + zeroPoint)`. */
export interface InputQuantization {
  readonly tensor: string;
  readonly shape: Shape;
  /**
   * The order of the file's own input, of use to whoever hands the same image to another
   * program. The engines take images in C×H×W order, whatever it is.
   */
  readonly layout: 'CHW' | 'HWC';
  /** float32, per channel. */
  readonly scale: Float32Array;
  readonly zeroPoint: Int32Array;
}

/** How a last tensor's integers become numbers: `float32(y) · scale[channel]`. */
export interface OutputDequantization {
  /** The output's name in the file. */
  readonly name: string;
  readonly tensor: string;
  readonly shape: Shape;
  readonly scale: Float32Array;
}

export interface Network {
  /** SHA-256 of the file, lower-case hexadecimal. */
  readonly sha256: string;
  readonly input: InputQuantization;
  readonly operators: readonly Operator[];
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Every output of the file, in its order; nearly always one. */
  readonly outputs: readonly OutputDequantization[];
  /** The first of `outputs`. */
  readonly output: OutputDequantization;
  /**
   * The spike counts: the output of the last global-average-pool layer. A network without one
   * counts what its last weighted layer reads, or its output where that is the image.
   */
  readonly spikeTensor: string;
  /** Sum of the operators' multiply-accumulates for one image. */
  readonly macs: number;
}

/** Number of values in a tensor of this shape. */
export function elementCount([channels, height, width]: Shape): number {
  return channels * height * width;
}

/** The named tensor of a network that `readNetwork` made. */
export function tensorOf(network: Pick<Network, 'tensors'>, name: string): Tensor {
  const tensor = network.tensors[name];
  if (tensor === undefined) throw new RangeError(`The network has no tensor '${name}'`);
  return tensor;
}
