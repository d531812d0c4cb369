import fc from 'fast-check';
import {
  type AttributeValue,
  functionBody,
  type ModelSpec,
  type NodeSpec,
  type TensorSpec,
  writeModel,
} from './onnx-writer.ts';

/** Random small networks that use every operator, with weights from a seed. */
export interface NetworkSpec {
  readonly seed: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly layers: readonly LayerSpec[];
  /** The last layer: a potential, a spike, the second of two dense layers, or a plain sum. */
  readonly end: 'potential' | 'spike' | 'two' | 'sum';
}

export interface LayerSpec {
  readonly kind: 'conv' | 'depthwise' | 'identity' | 'residual' | 'concat';
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly pads: readonly [number, number, number, number];
  readonly pool: '' | 'MaxPool';
  readonly activation: '' | 'ReLU' | 'ReLUClipped' | 'LUT';
  readonly biased: boolean;
  /** Shifts around this one; the higher, the more silent the layer. */
  readonly shift: number;
}

const layerArbitrary: fc.Arbitrary<LayerSpec> = fc.record({
  kind: fc.constantFrom('conv', 'conv', 'depthwise', 'identity', 'residual', 'concat'),
  channels: fc.integer({ min: 1, max: 19 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
  stride: fc.integer({ min: 1, max: 2 }),
  pads: fc.tuple(...([0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 3 })) as PadArbitraries)),
  pool: fc.constantFrom('', '', 'MaxPool'),
  activation: fc.constantFrom('', 'ReLU', 'ReLU', 'ReLUClipped', 'LUT'),
  biased: fc.boolean(),
  shift: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 10, max: 15 }) },
    { weight: 1, arbitrary: fc.integer({ min: -30, max: 30 }) },
  ),
});

type PadArbitraries = [
  fc.Arbitrary<number>,
  fc.Arbitrary<number>,
  fc.Arbitrary<number>,
  fc.Arbitrary<number>,
];

export const networkArbitrary: fc.Arbitrary<NetworkSpec> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  channels: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 3, max: 13 }),
  width: fc.integer({ min: 3, max: 13 }),
  layers: fc.array(layerArbitrary, { minLength: 0, maxLength: 6 }),
  end: fc.constantFrom('potential', 'spike', 'two', 'sum'),
});

export interface BuiltNetwork {
  readonly file: Uint8Array;
  /** The same file with every intermediate tensor as a further output, for onnxruntime. */
  readonly observed: Uint8Array;
  readonly model: ModelSpec;
  readonly image: Uint8Array;
}

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

export function buildNetwork(spec: NetworkSpec): BuiltNetwork {
  return new Builder(spec).build();
}

interface Map {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

class Builder {
  readonly #spec: NetworkSpec;
  readonly #random: (low: number, high: number) => number;
  readonly #nodes: NodeSpec[] = [];
  readonly #initializers: TensorSpec[] = [];

  constructor(spec: NetworkSpec) {
    this.#spec = spec;
    this.#random = randomIntegers(spec.seed);
  }

  build(): BuiltNetwork {
    const { channels, height, width, layers, end } = this.#spec;
    const scales = this.#many(channels, 0, 3).map((n) => [1, 1, 0.5, 3.7][n] ?? 1);
    this.#node('InputQuantizer', 'quantize', ['x'], { perm: [0, 1, 2, 3] }, [
      ['scale', 'float32', [channels], scales],
      ['zp', 'uint8', [channels], this.#many(channels, 0, 9)],
    ]);
    let map: Map = { name: 'quantize', channels, height, width };
    map = this.#convolution(map, 'QuantizedInputConv2D', {
      kind: 'conv',
      channels: this.#random(2, 18),
      kernel: [Math.min(3, height), Math.min(3, width)],
      stride: this.#random(1, 2),
      pads: [1, 0, 1, 2],
      pool: '',
      activation: 'ReLU',
      biased: true,
      shift: 14,
    });
    for (const layer of layers) map = this.#layer(map, layer);
    const spikes = this.#convolution(
      map,
      'QuantizedConv2D',
      { ...plainLayer, channels: this.#random(1, 20), shift: 16 },
      'GlobalAvgPool',
    );
    const last = this.#end(spikes, end);
    this.#node('Dequantizer', 'y', [last.name], {}, [
      ['scale', 'float32', [last.channels], this.#many(last.channels, 1, 99).map((n) => n / 128)],
    ]);
    const types = [...new Set(this.#nodes.map(({ op }) => op))];
    const model: ModelSpec = {
      nodes: this.#nodes,
      functions: types.map(functionBody),
      initializers: this.#initializers,
      inputs: [{ name: 'x', type: 'float32', dims: ['N', channels, height, width] }],
      outputs: [{ name: 'y', type: 'float32', dims: this.#dims(last.channels, end) }],
    };
    const hidden = this.#nodes.slice(0, -1).map(({ outputs: [name = ''], op }) => ({
      name,
      type: this.#typeOf(op),
      dims: op.startsWith('QuantizedDense') ? ['N', 'K'] : ['N', 'C', 'H', 'W'],
    })) satisfies ModelSpec['outputs'];
    return {
      file: writeModel(model),
      observed: writeModel({ ...model, outputs: [...model.outputs, ...hidden] }),
      model,
      image: Uint8Array.from(this.#many(channels * height * width, 0, 255)),
    };
  }

  /** Adds the layers after the spike counts. */
  #end(spikes: Map, end: NetworkSpec['end']): Map {
    if (end === 'sum') {
      const aligned = [1, spikes.channels, 1, 1];
      this.#node('QuantizedAdd', 'sum', [spikes.name, spikes.name], {}, [
        ['Xs', 'int32', aligned, Array(spikes.channels).fill(4)],
        ['Ys', 'int32', aligned, Array(spikes.channels).fill(1)],
      ]);
      return { ...spikes, name: 'sum' };
    }
    if (end === 'potential') return this.#dense(spikes, 'QuantizedDense1DFlattenBiased');
    const dense = this.#dense(spikes, 'QuantizedDense1DFlattenBiasedReLUScaled');
    return end === 'spike' ? dense : this.#dense(dense, 'QuantizedDense1D');
  }

  #dense(input: Map, type: string): Map {
    const name = this.#name('dense');
    const channels = this.#random(1, 6);
    const weights = this.#many(channels * input.channels, -127, 127);
    this.#node(type, name, [input.name], {}, [
      ['W', 'int8', [channels, input.channels], weights],
      ...(type.includes('Biased')
        ? ([['bias', 'int32', [channels], this.#many(channels, -300, 300)]] as const)
        : []),
      ...(type.endsWith('Scaled') ? this.#scaling(channels, 10, [1, channels]) : []),
    ]);
    return { name, channels, height: 1, width: 1 };
  }

  #dims(channels: number, end: NetworkSpec['end']): (string | number)[] {
    return end === 'sum' ? ['N', channels, 1, 1] : ['N', channels];
  }

  #typeOf(op: string): 'uint8' | 'int8' | 'int32' {
    if (op === 'InputQuantizer') return 'uint8';
    return op.endsWith('Scaled') || op === 'QuantizedConcat' ? 'int8' : 'int32';
  }

  #layer(map: Map, layer: LayerSpec): Map {
    switch (layer.kind) {
      case 'conv':
        return this.#convolution(map, 'QuantizedConv2D', layer);
      case 'depthwise':
        return this.#convolution(map, 'QuantizedDepthwise2D', layer);
      case 'identity':
        return this.#convolution(map, 'QuantizedConv2D', { ...plainLayer, shift: 9 }, 'diagonal');
      case 'residual': {
        const branch = this.#convolution(map, 'QuantizedConv2D', {
          ...plainLayer,
          channels: map.channels,
          activation: '',
        });
        const name = this.#name('add');
        const { channels } = map;
        this.#node('QuantizedAddScaled', name, [map.name, branch.name], {}, [
          ['Xs', 'int32', [1, channels, 1, 1], this.#many(channels, 0, 3).map((n) => 2 ** n)],
          ['Ys', 'int32', [1, channels, 1, 1], this.#many(channels, 0, 3).map((n) => 2 ** n)],
          ['Shift', 'float32', [1, channels, 1, 1], this.#many(channels, -1, 4).map((n) => 2 ** n)],
        ]);
        return { ...map, name };
      }
      case 'concat': {
        const branch = this.#convolution(map, 'QuantizedConv2D', {
          ...plainLayer,
          channels: layer.channels,
        });
        const name = this.#name('concat');
        this.#node('QuantizedConcat', name, [map.name, branch.name], {}, []);
        return { ...map, name, channels: map.channels + branch.channels };
      }
    }
  }

  #convolution(
    map: Map,
    family: string,
    layer: LayerSpec,
    special: '' | 'GlobalAvgPool' | 'diagonal' = '',
  ): Map {
    const depthwise = family === 'QuantizedDepthwise2D';
    const same = depthwise || special === 'diagonal';
    const channels = same ? map.channels : layer.channels;
    const perGroup = depthwise ? 1 : map.channels;
    const [top, left, bottom, right] = layer.pads;
    const kernelHeight = Math.min(layer.kernel[0], map.height + top + bottom);
    const kernelWidth = Math.min(layer.kernel[1], map.width + left + right);
    let height = Math.floor((map.height + top + bottom - kernelHeight) / layer.stride) + 1;
    let width = Math.floor((map.width + left + right - kernelWidth) / layer.stride) + 1;
    const pool = special === 'GlobalAvgPool' ? special : layer.pool;
    const first = family === 'QuantizedInputConv2D';
    const type = `${family}${layer.biased ? 'Biased' : ''}${pool}${layer.activation}Scaled`;
    const weights = this.#many(channels * perGroup * kernelHeight * kernelWidth, -127, 127);
    if (special === 'diagonal') {
      for (const index of weights.keys()) {
        if (index % map.channels !== Math.floor(index / map.channels)) weights[index] = 0;
      }
    }
    const attributes: Record<string, AttributeValue> = { strides: [layer.stride, layer.stride] };
    if (depthwise) attributes.groups = channels;
    if (pool === 'MaxPool') {
      const size = [Math.min(2, height), Math.min(3, width)];
      const pads = size.map((extent) => this.#random(0, Math.min(1, extent - 1)));
      Object.assign(attributes, {
        pool_size: size,
        pool_strides: [2, 1],
        pool_pads: [...pads, 0, 0],
      });
      height = Math.floor((height + (pads[0] ?? 0) - (size[0] ?? 0)) / 2) + 1;
      width = width + (pads[1] ?? 0) - (size[1] ?? 0) + 1;
    }
    if (pool === 'GlobalAvgPool') [height, width] = [1, 1];
    const name = this.#name(family.slice(9).toLowerCase());
    const aligned = [1, channels, 1, 1];
    this.#node(type, name, [map.name], attributes, [
      ...(first
        ? ([['x_pad_value', 'int32', [map.channels], this.#many(map.channels, 0, 255)]] as const)
        : []),
      ['W', 'int8', [channels, perGroup, kernelHeight, kernelWidth], weights],
      ...(layer.biased
        ? ([['bias', 'int32', [channels], this.#many(channels, -4000, 4000)]] as const)
        : []),
      ['pads', 'int64', [8], [0, 0, top, left, 0, 0, bottom, right]],
      ...(layer.activation === 'ReLUClipped'
        ? ([['max_value', 'int32', aligned, this.#many(channels, 0, 30000)]] as const)
        : []),
      ...(layer.activation === 'LUT' ? this.#table(channels, layer.shift) : []),
      ...this.#scaling(channels, layer.shift, aligned),
    ]);
    return { name, channels, height, width };
  }

  #table(channels: number, shift: number): Constant[] {
    const shifts = this.#many(channels, 0, 2).map((n) => 2 ** Math.max(-32, shift - 4 + n));
    return [
      ['ActScale', 'uint8', [1, channels, 1, 1], this.#many(channels, 1, 255)],
      ['ActShift', 'float32', [1, channels, 1, 1], shifts],
      ['LUT_values', 'int32', [2048], this.#many(2048, -8191, 8191)],
    ];
  }

  #scaling(channels: number, shift: number, dims: readonly number[]): Constant[] {
    const shifts = this.#many(channels, 0, 3).map((n) => 2 ** Math.min(shift + n, 32));
    return [
      ['Scale', 'uint8', dims, this.#many(channels, 0, 255)],
      ['Shift', 'float32', dims, shifts],
    ];
  }

  /** Adds a node whose data inputs come first; the rest is ordered as its function wants. */
  #node(
    op: string,
    output: string,
    data: readonly string[],
    attributes: Record<string, AttributeValue>,
    constants: readonly Constant[],
  ): void {
    for (const [parameter, type, dims, values] of constants) {
      this.#initializers.push({ name: `${output}_${parameter}`, type, dims, values });
    }
    let used = 0;
    const inputs = functionBody(op).inputs.map((parameter) =>
      constants.some(([name]) => name === parameter)
        ? `${output}_${parameter}`
        : (data[used++] ?? ''),
    );
    this.#nodes.push({ op, name: output, inputs, outputs: [output], attributes });
  }

  #name(base: string): string {
    return `${base}${this.#nodes.length}`;
  }

  #many(count: number, low: number, high: number): number[] {
    return Array.from({ length: count }, () => this.#random(low, high));
  }
}

type Constant = readonly [
  parameter: string,
  type: TensorSpec['type'],
  dims: readonly number[],
  values: readonly number[],
];

const plainLayer: LayerSpec = {
  kind: 'conv',
  channels: 4,
  kernel: [1, 1],
  stride: 1,
  pads: [0, 0, 0, 0],
  pool: '',
  activation: 'ReLU',
  biased: true,
  shift: 13,
};
