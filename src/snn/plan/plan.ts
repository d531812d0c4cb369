import type {
  Activation,
  Add,
  Convolution,
  Dense,
  Network,
  Operator,
  Shape,
  Size,
} from '../network.ts';

/**
 * A network laid out for execution: steps in order, each one call of a kernel, and one arena in
 * which all their maps lie. A map is in H×W×C order, a byte per channel; its channels come in
 * groups of eight, and what fills the last group up is never read as a value.
 */
export interface Plan {
  readonly network: Network;
  readonly steps: readonly Step[];
  /** Where the tensors are that exist as maps; those that were fused into a neighbour are absent. */
  readonly maps: ReadonlyMap<string, MapView>;
  readonly arenaBytes: number;
}

/** A piece of the arena, occupied from step `first` to step `last`. */
export interface ArenaBuffer {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  readonly offset: number;
}

/** A tensor in a buffer, or in a slice of one: then other channels lie between its pixels. */
export interface MapView {
  readonly buffer: ArenaBuffer;
  /** Of the first pixel in the buffer. */
  readonly startBytes: number;
  readonly pixelBytes: number;
  readonly shape: Shape;
  /** Channels that a pixel has room for. */
  readonly width: number;
  /** Where in a pixel each channel is. */
  readonly positions: Int32Array;
  readonly valueBytes: 1 | 4;
  /** What a byte has to be to mean 0: signed maps are stored with 128 added. */
  readonly zero: 0 | 128;
}

/**
 * How a kernel multiplies bytes: by the relaxed dot product, where it is exact for the input's
 * range; by two of them, over negative and positive weights apart (`split`); or by 16-bit ones.
 */
export type DotKind = 'relaxed' | 'split' | 'v128';

/** The uint8 image, C×H×W, becomes a map. */
export interface ImageStep {
  readonly kernel: 'image';
  readonly image: ArenaBuffer;
  readonly output: MapView;
}

/**
 * A dense copy of a map with padding around it, for a convolution to run over; for a transposed
 * one also with padding between the pixels.
 */
export interface BorderStep {
  readonly kernel: 'border';
  readonly operator: Convolution;
  readonly input: MapView;
  readonly output: MapView;
  /** Where the first pixel goes; outside the copy where negative. */
  readonly origin: Size;
  /** From one pixel to the next in the copy. */
  readonly spacing: Size;
}

/**
 * Convolution or dense layer as a matrix product. The receptive field of a pixel is `runs` runs
 * of `runBytes` adjacent bytes, `runStep` apart, and `taps` gives each byte's weight: an index
 * into one neuron's weights, or −1.
 */
export interface ProductStep {
  readonly kernel: 'product';
  readonly operator: Convolution | Dense;
  readonly input: MapView;
  readonly output: MapView;
  /** Absent: the output is the 32-bit potentials. */
  readonly neurons: NeuronConstants | undefined;
  readonly dot: DotKind;
  readonly columns: number;
  readonly rows: number;
  readonly pixelStep: number;
  readonly rowStep: number;
  readonly runBytes: number;
  readonly runs: number;
  readonly runStep: number;
  readonly taps: Int32Array;
}

/** A 1×1 convolution whose work is in proportion to the events that reach it. */
export interface EventStep {
  readonly kernel: 'events';
  readonly operator: Convolution;
  readonly input: MapView;
  readonly output: MapView;
  readonly neurons: NeuronConstants;
  /** For the potentials of two pixels and the events of one. */
  readonly scratch: ArenaBuffer;
}

export interface DepthwiseStep {
  readonly kernel: 'depthwise';
  readonly operator: Convolution;
  readonly input: MapView;
  readonly output: MapView;
  readonly neurons: NeuronConstants | undefined;
  readonly dot: DotKind;
  /** Whether it is of the kind for which there is a kernel of its own. */
  readonly isCommon: boolean;
  /** Rows of the input, interleaved. */
  readonly scratch: ArenaBuffer;
  readonly scratchColumns: number;
}

export interface AddStep {
  readonly kernel: 'add';
  readonly operator: Add;
  readonly left: MapView;
  readonly right: MapView;
  readonly output: MapView;
  readonly constants: AddConstants;
  /** Of the 1×1 convolution without mixing that follows, and is done in the same pass. */
  readonly rescaling: RescalingConstants | undefined;
}

/** Max pooling of spikes: the same as of potentials, since neither rule ever decreases. */
export interface MaxPoolStep {
  readonly kernel: 'max-pool';
  readonly operator: Convolution;
  readonly pool: Extract<Convolution['pool'], { kind: 'max' }>;
  readonly input: MapView;
  readonly output: MapView;
}

/** Adds each channel's activated potentials. */
export interface SumStep {
  readonly kernel: 'sum';
  readonly operator: Convolution;
  readonly activation: Exclude<Activation, { kind: 'lut' }>;
  readonly input: MapView;
  readonly output: MapView;
}

/** A tensor that could not be written into its slice of a concatenation at once. */
export interface CopyStep {
  readonly kernel: 'copy';
  readonly operator: Operator;
  readonly input: MapView;
  readonly output: MapView;
}

/** What no kernel does: tables, very large divisors, 32-bit outputs. Plain code, any operator. */
export interface ScalarNeuronsStep {
  readonly kernel: 'scalar-neurons';
  readonly operator: Convolution | Dense;
  /** Potentials, or their sums over all pixels. */
  readonly input: MapView;
  readonly isSummed: boolean;
  readonly output: MapView;
}

/** An addition beyond 16 bits, or of maps whose channels are laid out differently. */
export interface ScalarAddStep {
  readonly kernel: 'scalar-add';
  readonly operator: Add;
  readonly left: MapView;
  readonly right: MapView;
  readonly output: MapView;
}

export type Step =
  | ImageStep
  | BorderStep
  | ProductStep
  | EventStep
  | DepthwiseStep
  | AddStep
  | MaxPoolStep
  | SumStep
  | CopyStep
  | ScalarNeuronsStep
  | ScalarAddStep;

/** `clip((clamp(p, floor, ceiling) · multiplier + 2^22) ≫ 23, low, high)`, per neuron. */
export interface NeuronConstants {
  readonly floor: Int32Array;
  readonly ceiling: Int32Array;
  readonly multiplier: Int32Array;
  readonly low: Int8Array;
  readonly high: Int8Array;
}

/** Addition in 16 bits: `(left · leftFactor + right · rightFactor) · multiplier / 2^15`, rounded. */
export interface AddConstants {
  readonly leftFactor: Int16Array;
  readonly rightFactor: Int16Array;
  readonly multiplier: Int16Array;
}

/** `clamp(y, low, 127) · factor · multiplier / 2^15`, rounded, in 16 bits. */
export interface RescalingConstants {
  readonly low: 0 | -128;
  readonly factor: Int16Array;
  readonly multiplier: Int16Array;
}
