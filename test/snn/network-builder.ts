import {
  type AttributeValue,
  functionBody,
  type ModelSpec,
  type NodeSpec,
  observingFile,
  type TensorSpec,
  writeModel,
} from './onnx-writer.ts';
import { type LayerSpec, type NetworkSpec, randomIntegers } from './random-network.ts';

export interface BuiltNetwork {
  readonly file: Uint8Array;
  /** The same file with every intermediate tensor as a further output, for onnxruntime. */
  readonly observed: Uint8Array;
  readonly model: ModelSpec;
  readonly image: Uint8Array;
  /** Noise, black, white, and a few bright pixels. */
  readonly images: readonly Uint8Array[];
}

export function buildNetwork(spec: NetworkSpec): BuiltNetwork {
  return new Builder(spec).build();
}

interface FeatureMap {
  readonly name: string;
  readonly type: 'uint8' | 'int8' | 'int32';
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Of rank 2 in the file. */
  readonly vector: boolean;
}

class Builder {
  readonly #spec: NetworkSpec;
  readonly #random: (low: number, high: number) => number;
  readonly #nodes: NodeSpec[] = [];
  readonly #maps = new Map<string, FeatureMap>();
  readonly #initializers: TensorSpec[] = [];

  constructor(spec: NetworkSpec) {
    this.#spec = spec;
    this.#random = randomIntegers(spec.seed);
  }

  build(): BuiltNetwork {
    const { channels, height, width, layers, end, layout = 'CHW' } = this.#spec;
    const last = this.#last(
      layers.reduce((map, layer) => this.#layer(map, layer), this.#first()),
      end,
    );
    const further = [...this.#maps.values()]
      .filter(({ name, type }) => name !== last.name && type !== 'uint8')
      .slice(0, this.#spec.moreOutputs ?? 0);
    // The file's order of outputs is not the Dequantizer's.
    const outputs = [...further, last];
    this.#dequantize(outputs.toReversed());
    const types = [...new Set(this.#nodes.map(({ op }) => op))];
    const model: ModelSpec = {
      nodes: this.#nodes,
      functions: types.map(functionBody),
      initializers: this.#initializers,
      inputs: [
        {
          name: 'x',
          type: 'float32',
          dims: layout === 'CHW' ? ['N', channels, height, width] : ['N', height, width, channels],
        },
      ],
      outputs: outputs.map((map) => ({ name: `${map.name}/y`, type: 'float32', dims: dims(map) })),
    };
    const file = writeModel(model);
    const hidden = [...this.#maps.values()].map(({ name, type }) => ({ name, type }));
    const pixels = channels * height * width;
    const images = [
      Uint8Array.from(this.#many(pixels, 0, 255)),
      new Uint8Array(pixels),
      new Uint8Array(pixels).fill(255),
      Uint8Array.from(this.#many(pixels, 0, 7), (n) => (n === 0 ? 255 : 0)),
    ];
    const [image = new Uint8Array()] = images;
    return { file, observed: observingFile(file, hidden), model, image, images };
  }

  #first(): FeatureMap {
    const { channels, height, width, signed = false, layout = 'CHW' } = this.#spec;
    const scales = this.#many(channels, 0, 3).map((n) => [1, 1, 0.5, 3.7][n] ?? 1);
    const perm = layout === 'CHW' ? [0, 1, 2, 3] : [0, 3, 1, 2];
    const type = signed ? 'int8' : 'uint8';
    const zeros = signed ? this.#many(channels, -128, 0) : this.#many(channels, 0, 9);
    this.#node('InputQuantizer', 'quantize', ['x'], { perm }, [
      ['scale', 'float32', [channels], scales],
      ['zp', type, [channels], zeros],
    ]);
    const map: FeatureMap = { name: 'quantize', type, channels, height, width, vector: false };
    this.#maps.set(map.name, map);
    return this.#convolution(map, signed ? 'QuantizedConv2D' : 'QuantizedInputConv2D', {
      ...plainLayer,
      channels: this.#random(2, 18),
      kernel: [this.#random(1, 4), this.#random(1, 4)],
      stride: [this.#random(1, 2), this.#random(1, 2)],
      pads: [1, 0, 1, 2],
      activation: this.#random(0, 5) === 0 ? 'LUT' : 'ReLU',
    });
  }

  #last(map: FeatureMap, end: NetworkSpec['end']): FeatureMap {
    if (end === 'map') return map;
    if (end === 'flattened') return this.#dense(map, 'QuantizedDense1DFlatten');
    const spikes = this.#convolution(
      map,
      'QuantizedConv2D',
      {
        ...plainLayer,
        channels: this.#random(1, 20),
        shift: 14,
        activation: this.#pick('', 'ReLU', 'ReLUClipped', 'LUT'),
      },
      'GlobalAvgPool',
    );
    switch (end) {
      case 'sum':
        return this.#add(spikes, spikes, '');
      case 'potential':
        return this.#dense(spikes, 'QuantizedDense1DFlattenBiased');
      case 'spike':
        return this.#dense(spikes, 'QuantizedDense1DFlattenReLUClippedScaled');
      case 'two':
        return this.#dense(
          this.#dense(spikes, 'QuantizedDense1DFlattenBiasedReLUScaled'),
          'QuantizedDense1D',
        );
      case 'vectors': {
        const left = this.#dense(spikes, 'QuantizedDense1DFlattenBiasedReLUScaled');
        const right = this.#dense(left, 'QuantizedDense1DBiasedScaled', left.channels);
        return this.#add(left, right, 'Scaled');
      }
    }
  }

  #dequantize(maps: readonly FeatureMap[]): void {
    const several = maps.length > 1;
    const factors = maps.map(({ channels }) => this.#many(channels, 1, 99).map((n) => n / 128));
    for (const [index, { channels }] of maps.entries()) {
      const dims = [channels];
      const name = `dequantize_${index}`;
      this.#initializers.push({ name, type: 'float32', dims, values: factors[index] ?? [] });
    }
    this.#nodes.push({
      op: `Dequantizer${several ? maps.length : ''}`,
      name: 'dequantize',
      inputs: maps.flatMap(({ name }, index) => [name, `dequantize_${index}`]),
      outputs: maps.map(({ name }) => `${name}/y`),
    });
  }

  #dense(input: FeatureMap, type: string, outputs = this.#random(1, 6)): FeatureMap {
    const inputs = input.channels * input.height * input.width;
    const output = { type: 'int8', channels: outputs, height: 1, width: 1, vector: true } as const;
    return this.#place(
      type,
      { ...output, type: type.endsWith('Scaled') ? 'int8' : 'int32' },
      [input],
      {},
      [
        ['W', 'int8', [outputs, inputs], this.#many(outputs * inputs, -127, 127)],
        ['bias', 'int32', [outputs], this.#many(outputs, -300, 300)],
        ['max_value', 'int32', [1, outputs], this.#many(outputs, 0, 30000)],
        ...this.#scaling(outputs, 10, [1, outputs]),
      ],
    );
  }

  #add(left: FeatureMap, right: FeatureMap, suffix: '' | 'Scaled'): FeatureMap {
    const { channels, vector } = left;
    const shape = [1, channels, 1, 1].slice(0, vector ? 2 : 4);
    const powers = (low: number, high: number) =>
      this.#many(channels, low, high).map((n) => 2 ** n);
    const type = suffix === '' ? 'int32' : 'int8';
    return this.#place(`QuantizedAdd${suffix}`, { ...left, type }, [left, right], {}, [
      ['Xs', 'int32', shape, powers(0, 3)],
      ['Ys', 'int32', shape, powers(0, 3)],
      ['Shift', 'float32', shape, powers(-1, 4)],
    ]);
  }

  #layer(map: FeatureMap, layer: LayerSpec): FeatureMap {
    switch (layer.kind) {
      case 'conv':
        return this.#convolution(map, 'QuantizedConv2D', layer);
      case 'depthwise':
        return this.#convolution(map, 'QuantizedDepthwise2D', layer);
      case 'transposed':
      case 'depthwise-transposed':
        return this.#transposed(map, layer);
      case 'identity':
        // Most do no more than rescale, which an addition before them does in its own pass.
        return this.#convolution(
          map,
          'QuantizedConv2D',
          {
            ...plainLayer,
            activation: layer.activation,
            biased: layer.weights !== 'any',
            shift: 9,
          },
          'diagonal',
        );
      case 'residual': {
        const plain = { ...plainLayer, channels: map.channels, activation: '' } as const;
        return this.#add(map, this.#convolution(map, 'QuantizedConv2D', plain), 'Scaled');
      }
      case 'concat': {
        // Joined maps may differ in sign, and with it in how they are stored.
        const activation = layer.activation === '' ? '' : plainLayer.activation;
        const plain = { ...plainLayer, channels: layer.channels, activation } as const;
        const branch = this.#convolution(map, 'QuantizedConv2D', plain);
        const channels = map.channels + branch.channels;
        return this.#place('QuantizedConcat', { ...map, channels }, [map, branch], {}, []);
      }
    }
  }

  #convolution(
    map: FeatureMap,
    family: string,
    layer: LayerSpec,
    special: '' | 'GlobalAvgPool' | 'diagonal' = '',
  ): FeatureMap {
    const depthwise = family === 'QuantizedDepthwise2D';
    const channels = depthwise || special === 'diagonal' ? map.channels : layer.channels;
    const perGroup = depthwise ? 1 : map.channels;
    const [top, left, bottom, right] = layer.pads;
    const kernel = [
      Math.min(layer.kernel[0], map.height + top + bottom),
      Math.min(layer.kernel[1], map.width + left + right),
    ] as const;
    let height = Math.floor((map.height + top + bottom - kernel[0]) / layer.stride[0]) + 1;
    let width = Math.floor((map.width + left + right - kernel[1]) / layer.stride[1]) + 1;
    const pool = special === 'GlobalAvgPool' ? special : layer.pool;
    const weights = this.#weights(channels * perGroup * kernel[0] * kernel[1], layer);
    if (special === 'diagonal') {
      for (const index of weights.keys()) {
        if (index % map.channels !== Math.floor(index / map.channels)) weights[index] = 0;
        else if (!layer.biased) weights[index] = Math.abs(weights[index] ?? 0) % 128;
      }
    }
    const attributes: Record<string, AttributeValue> = { strides: layer.stride };
    if (depthwise) attributes.groups = channels;
    if (pool === 'MaxPool') {
      const size = [
        Math.min(this.#random(1, 3), height),
        Math.min(this.#random(1, 3), width),
      ] as const;
      const strides = [this.#random(1, 3), this.#random(1, 2)] as const;
      const [above, before, below, after] = [...size, ...size].map((extent) =>
        this.#random(0, Math.min(2, extent - 1)),
      ) as [number, number, number, number];
      Object.assign(attributes, {
        pool_size: size,
        pool_strides: strides,
        pool_pads: [above, before, below, after],
      });
      height = Math.floor((height + above + below - size[0]) / strides[0]) + 1;
      width = Math.floor((width + before + after - size[1]) / strides[1]) + 1;
    }
    if (pool === 'GlobalAvgPool') [height, width] = [1, 1];
    const biased = layer.biased || family === 'QuantizedInputConv2D';
    const type = `${family}${biased ? 'Biased' : ''}${pool}${layer.activation}Scaled`;
    return this.#place(type, { ...map, channels, height, width, type: 'int8' }, [map], attributes, [
      [
        'x_pad_value',
        'int32',
        [map.channels],
        this.#many(map.channels, -200, 255).map((n) => Math.max(n, 0)),
      ],
      ['W', 'int8', [channels, perGroup, ...kernel], weights],
      ['pads', 'int64', [8], [0, 0, top, left, 0, 0, bottom, right]],
      ...this.#neurons(channels, layer),
    ]);
  }

  #transposed(map: FeatureMap, layer: LayerSpec): FeatureMap {
    if (Math.max(map.height, map.width) > 16)
      return this.#convolution(map, 'QuantizedConv2D', layer);
    const depthwise = layer.kind === 'depthwise-transposed';
    const channels = depthwise ? map.channels : layer.channels;
    const { kernel, stride } = layer;
    const full = [
      (map.height - 1) * stride[0] + kernel[0],
      (map.width - 1) * stride[1] + kernel[1],
    ] as const;
    let [top, left, bottom, right] = layer.pads;
    if (top + bottom >= full[0]) [top, bottom] = [0, 0];
    if (left + right >= full[1]) [left, right] = [0, 0];
    const [height, width] = [full[0] - top - bottom, full[1] - left - right];
    const perGroup = depthwise ? 1 : channels;
    const family = depthwise ? 'QuantizedDepthwise2DTranspose' : 'QuantizedConv2DTranspose';
    const attributes = {
      strides: stride,
      pads: [top, left, bottom, right],
      ...(depthwise ? { groups: channels } : {}),
    };
    const type = `${family}${layer.biased ? 'Biased' : ''}${layer.activation}Scaled`;
    return this.#place(type, { ...map, channels, height, width, type: 'int8' }, [map], attributes, [
      [
        'W',
        'int8',
        [map.channels, perGroup, ...kernel],
        this.#weights(map.channels * perGroup * kernel[0] * kernel[1], layer),
      ],
      ...this.#neurons(channels, layer),
    ]);
  }

  #weights(count: number, { weights }: LayerSpec): number[] {
    switch (weights) {
      case 'any':
        return this.#many(count, -128, 127);
      case 'extreme':
        return this.#many(count, 0, 1).map((n) => [-128, 127][n] ?? 0);
      case 'sparse':
        return this.#many(count, 0, 9).map((n) => (n === 0 ? this.#random(-127, 127) : 0));
      case 'zero':
        return this.#many(count, 0, 0);
    }
  }

  #neurons(channels: number, { activation, shift }: LayerSpec): Constant[] {
    const aligned = [1, channels, 1, 1];
    const shifts = this.#many(channels, 0, 2).map((n) => 2 ** Math.max(-32, shift - 4 + n));
    const table: Constant[] = [
      ['ActScale', 'uint8', aligned, this.#many(channels, 1, 255)],
      ['ActShift', 'float32', aligned, shifts],
      ['LUT_values', 'int32', [2048], this.#many(2048, -8191, 8191)],
    ];
    return [
      ['bias', 'int32', [channels], this.#many(channels, -4000, 4000)],
      ['max_value', 'int32', aligned, this.#many(channels, 0, 30000)],
      ...(activation === 'LUT' ? table : []),
      ...this.#scaling(channels, shift, aligned),
    ];
  }

  #scaling(channels: number, shift: number, dims: readonly number[]): Constant[] {
    const shifts = this.#many(channels, 0, 2).map((n) => 2 ** Math.min(shift + n, 32));
    // As often small as large: a product that saturates shows little.
    const multipliers = this.#many(channels, 0, 8).map((n) =>
      this.#random(0, 2 ** n - (n === 8 ? 1 : 0)),
    );
    return [
      ['Scale', 'uint8', dims, multipliers],
      ['Shift', 'float32', dims, shifts],
    ];
  }

  /** A layer with one output; of `constants` it takes those that its function has. */
  #place(
    op: string,
    output: Omit<FeatureMap, 'name'>,
    inputs: readonly FeatureMap[],
    attributes: Record<string, AttributeValue>,
    constants: readonly Constant[],
  ): FeatureMap {
    const map = { ...output, name: `${op.slice(9).toLowerCase()}${this.#nodes.length}` };
    this.#node(
      op,
      map.name,
      inputs.map(({ name }) => name),
      attributes,
      constants,
    );
    this.#maps.set(map.name, map);
    return map;
  }

  /** Adds a node whose data inputs come first; the rest is ordered as its function wants. */
  #node(
    op: string,
    output: string,
    data: readonly string[],
    attributes: Record<string, AttributeValue>,
    constants: readonly Constant[],
  ): void {
    let used = 0;
    const inputs = functionBody(op).inputs.map((parameter) => {
      const constant = constants.find(([name]) => name === parameter);
      if (constant === undefined) return data[used++] ?? '';
      const [, type, dims, values] = constant;
      const name = `${output}_${parameter}`;
      this.#initializers.push({ name, type, dims, values });
      return name;
    });
    this.#nodes.push({ op, name: output, inputs, outputs: [output], attributes });
  }

  #pick<T>(...choices: readonly [T, ...T[]]): T {
    return choices[this.#random(0, choices.length - 1)] ?? choices[0];
  }

  #many(count: number, low: number, high: number): number[] {
    return Array.from({ length: count }, () => this.#random(low, high));
  }
}

function dims({ channels, height, width, vector }: FeatureMap): (string | number)[] {
  return vector ? ['N', channels] : ['N', channels, height, width];
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
  stride: [1, 1],
  pads: [0, 0, 0, 0],
  pool: '',
  activation: 'ReLU',
  biased: true,
  weights: 'any',
  shift: 12,
};
