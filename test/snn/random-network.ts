import fc from 'fast-check';

export { type BuiltNetwork, buildNetwork } from './network-builder.ts';

/** Random small networks that use every operator, with weights from a seed. */
export interface NetworkSpec {
  readonly seed: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Whether the image is quantized to int8; the first layer is then no input layer. */
  readonly signed?: boolean;
  readonly layout?: 'CHW' | 'HWC';
  readonly layers: readonly LayerSpec[];
  readonly end: PooledEnd | MapEnd;
  /** How many tensors besides the last one are outputs of the file. */
  readonly moreOutputs?: number;
}

/**
 * After the spike counts: a potential, a spike, the second of two fully connected layers, a sum,
 * a sum of two vectors.
 */
type PooledEnd = 'potential' | 'spike' | 'two' | 'sum' | 'vectors';
/** Without spike counts: a map, or a fully connected layer that reads one. */
type MapEnd = 'map' | 'flattened';

export interface LayerSpec {
  readonly kind:
    | 'conv'
    | 'depthwise'
    | 'transposed'
    | 'depthwise-transposed'
    | 'identity'
    | 'residual'
    | 'concat';
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly pool: '' | 'MaxPool';
  readonly activation: '' | 'ReLU' | 'ReLUClipped' | 'LUT';
  readonly biased: boolean;
  readonly weights: 'any' | 'extreme' | 'sparse' | 'zero';
  /** Shifts around this one; the higher, the more silent the layer. */
  readonly shift: number;
}

const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
const pad = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 8 }) },
);

const layerArbitrary: fc.Arbitrary<LayerSpec> = fc.record({
  kind: fc.constantFrom(
    'conv',
    'conv',
    'conv',
    'depthwise',
    'depthwise',
    'transposed',
    'depthwise-transposed',
    'identity',
    'residual',
    'concat',
  ),
  channels: fc.integer({ min: 1, max: 19 }),
  kernel: fc.oneof(pair(7), fc.constantFrom<[number, number]>([1, 1], [3, 3])),
  stride: pair(2),
  pads: fc.tuple(pad, pad, pad, pad),
  pool: fc.constantFrom('', '', 'MaxPool'),
  activation: fc.constantFrom('', 'ReLU', 'ReLU', 'ReLUClipped', 'LUT'),
  biased: fc.boolean(),
  weights: fc.constantFrom('any', 'any', 'any', 'extreme', 'sparse', 'zero'),
  shift: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 9, max: 15 }) },
    { weight: 1, arbitrary: fc.integer({ min: -30, max: 30 }) },
  ),
});

function networks(end: fc.Arbitrary<NetworkSpec['end']>): fc.Arbitrary<NetworkSpec> {
  return fc.record({
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    channels: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 3, max: 13 }),
    width: fc.integer({ min: 3, max: 13 }),
    signed: fc.constantFrom(false, false, false, true),
    layout: fc.constantFrom('CHW', 'CHW', 'CHW', 'HWC'),
    layers: fc.array(layerArbitrary, { minLength: 0, maxLength: 8 }),
    end,
    moreOutputs: fc.constantFrom(0, 0, 0, 1, 2),
  });
}

const pooledEnds = ['potential', 'spike', 'two', 'sum', 'vectors'] as const;

/** Networks with a global-average-pool layer, as those for a head are. */
export const networkArbitrary = networks(fc.constantFrom(...pooledEnds));

/** Networks of every kind. */
export const anyNetworkArbitrary = networks(fc.constantFrom(...pooledEnds, 'map', 'flattened'));

/** A reproducible source of whole numbers: mulberry32. */
export function randomIntegers(seed: number): (low: number, high: number) => number {
  let state = seed;
  return (low, high) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return low + Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (high - low + 1));
  };
}
