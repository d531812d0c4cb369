import { SnnError } from '../errors.ts';
import type { Pads, Requantization, Size } from '../network.ts';
import { powerOfTwo } from '../power-of-two.ts';
import { ATTRIBUTE_TENSOR, type FunctionBody, type Node } from './model.ts';
import type { Initializer } from './tensor.ts';

/**
 * The operands of one graph node, addressed by the parameter names of its function (`X`,
 * `W`, `bias`, `pads`, `Scale`, `Shift`, …) and checked for type, shape and range.
 */
export class Operands {
  readonly #node: Node;
  readonly #body: FunctionBody;
  readonly #initializers: ReadonlyMap<string, Initializer>;

  constructor(node: Node, body: FunctionBody, initializers: ReadonlyMap<string, Initializer>) {
    this.#node = node;
    this.#body = body;
    this.#initializers = initializers;
    if (node.inputs.length !== body.inputs.length) {
      throw new SnnError(
        'graph-invalid',
        `${this.label} has ${node.inputs.length} inputs; its function takes ${body.inputs.length}`,
      );
    }
    const names = node.attributes.map(({ name }) => name);
    if (new Set(names).size !== names.length) {
      throw new SnnError('graph-invalid', `${this.label} has an attribute twice`);
    }
    for (const { name, value } of node.attributes) {
      // `scale` is a note of the quantizer's (the float scale of the output); unused in bodies.
      const note = name === 'scale' && value.kind === 'other' && value.type === ATTRIBUTE_TENSOR;
      if (!note && !body.attributes.includes(name)) {
        throw new SnnError(
          'operator-unsupported',
          `${this.label} has the attribute '${name}', which its function does not declare`,
        );
      }
    }
  }

  /** How messages name this node. */
  get label(): string {
    return `${this.#node.type} '${this.#node.name}'`;
  }

  /** The tensor that is passed for a parameter. */
  name(parameter: string): string {
    const name = this.#node.inputs[this.#body.inputs.indexOf(parameter)];
    if (name === undefined || name === '') {
      throw new SnnError('graph-invalid', `${this.label} has no input '${parameter}'`);
    }
    return name;
  }

  constant(parameter: string, type: Initializer['type']): Initializer {
    const name = this.name(parameter);
    const constant = this.#initializers.get(name);
    if (constant === undefined) {
      throw new SnnError(
        'graph-invalid',
        `${this.label} needs a constant for '${parameter}'; '${name}' is not in the file`,
      );
    }
    if (constant.type !== type) {
      throw new SnnError(
        'operator-unsupported',
        `${this.label} has ${constant.type} values for '${parameter}', not ${type}`,
      );
    }
    return constant;
  }

  /** int8 weights with `rank` dimensions. */
  weights(rank: number): { readonly dims: readonly number[]; readonly values: Int8Array } {
    const { dims, values } = this.constant('W', 'int8');
    if (dims.length !== rank || values.length === 0) {
      throw new SnnError(
        'shape-invalid',
        `${this.label} has weights of shape [${dims.join(', ')}], not ${rank} dimensions`,
      );
    }
    return { dims, values: new Int8Array(values) };
  }

  /**
   * One value per channel, aligned as `shape` says ([K], [1, K] or [1, K, 1, 1]); ONNX would
   * broadcast another alignment to something else. A single value is repeated for all.
   */
  perChannel(parameter: string, type: Initializer['type'], shape: readonly number[]): Float64Array {
    const { values, dims } = this.constant(parameter, type);
    const single = values.length === 1 && dims.length <= shape.length;
    if (!single && dims.join() !== shape.join()) {
      throw new SnnError(
        'shape-invalid',
        `${this.label} has '${parameter}' of shape [${dims.join(', ')}], not [${shape.join(', ')}]`,
      );
    }
    const channels = shape.reduce((product, dim) => product * dim, 1);
    const all = new Float64Array(channels);
    if (single) all.fill(values[0] ?? 0);
    else all.set(values);
    return all;
  }

  /** A constant of exactly one dimension. */
  vector(parameter: string, type: Initializer['type'], length: number): ArrayLike<number> {
    const { values, dims } = this.constant(parameter, type);
    if (dims.length !== 1 || values.length !== length) {
      throw new SnnError(
        'shape-invalid',
        `${this.label} has '${parameter}' of shape [${dims.join(', ')}], not [${length}]`,
      );
    }
    return values;
  }

  /** int32 values per channel, each in [low, high]. */
  integers(
    parameter: string,
    shape: readonly number[],
    [low, high]: readonly [number, number],
  ): Int32Array {
    const values = this.perChannel(parameter, 'int32', shape);
    const outside = values.find((value) => value < low || value > high);
    if (outside !== undefined) {
      throw new SnnError(
        'value-invalid',
        `${this.label} has ${outside} in '${parameter}', outside ${low}…${high}`,
      );
    }
    return Int32Array.from(values);
  }

  /** uint8 multipliers (all 1 where `scale` is absent) and power-of-two divisors. */
  requantization(
    bits: Requantization['bits'],
    shift: string,
    scale: string | undefined,
    shape: readonly number[],
  ): Requantization {
    const divisors = this.perChannel(shift, 'float32', shape);
    const exponents = divisors.map((divisor) => Math.round(Math.log2(divisor)));
    const odd = exponents.findIndex(
      (exponent, channel) =>
        !(Math.abs(exponent) <= 32) || powerOfTwo(exponent) !== divisors[channel],
    );
    if (odd >= 0) {
      throw new SnnError(
        'value-invalid',
        `${this.label} divides by ${divisors[odd]}, which is no power of two in 2^−32…2^32`,
      );
    }
    const multiplier =
      scale === undefined
        ? new Uint8Array(divisors.length).fill(1)
        : new Uint8Array(this.perChannel(scale, 'uint8', shape));
    return { bits, multiplier, shift: new Int8Array(exponents) };
  }

  /** The `pads` tensor of ONNX Pad over N, C, H, W: begins, then ends. Never negative. */
  pads(): Pads {
    const all = Array.from(this.vector('pads', 'int64', 8));
    const [n0, c0, top = 0, left = 0, n1, c1, bottom = 0, right = 0] = all;
    const inMap = n0 === 0 && c0 === 0 && n1 === 0 && c1 === 0;
    if (!inMap || !isPads([top, left, bottom, right])) {
      throw new SnnError('operator-unsupported', `${this.label} pads by [${all.join(', ')}]`);
    }
    return { top, left, bottom, right };
  }

  /** The attribute `pads` of ONNX ConvTranspose over H and W: begins, then ends. */
  cutPads(): Pads {
    const all = this.integerList('pads', 4);
    const [top = 0, left = 0, bottom = 0, right = 0] = all;
    if (!isPads(all)) {
      throw new SnnError('operator-unsupported', `${this.label} cuts off [${all.join(', ')}]`);
    }
    return { top, left, bottom, right };
  }

  /** The attribute `pool_pads`: begins, then ends, over H and W. */
  poolPads([height, width]: Size): Pads {
    const all = this.integerList('pool_pads', 4);
    const [top = 0, left = 0, bottom = 0, right = 0] = all;
    const inside = top < height && bottom < height && left < width && right < width;
    if (!isPads(all) || !inside) {
      throw new SnnError(
        'operator-unsupported',
        `${this.label} pads a ${height}×${width} pool by [${all.join(', ')}]`,
      );
    }
    return { top, left, bottom, right };
  }

  /** A height and a width in 1…max. */
  size(attribute: string, max: number): Size {
    const all = this.integerList(attribute, 2);
    return this.checkedSize(attribute, all, max);
  }

  checkedSize(what: string, [height = 0, width = 0]: readonly number[], max: number): Size {
    if (!(height >= 1 && width >= 1 && height <= max && width <= max)) {
      throw new SnnError(
        'operator-unsupported',
        `${this.label} has ${what} ${height}×${width}; 1…${max} is supported`,
      );
    }
    return [height, width];
  }

  integerList(attribute: string, length: number): readonly number[] {
    const value = this.#attribute(attribute);
    if (value?.kind !== 'integers' || value.integers.length !== length) {
      throw new SnnError(
        'file-malformed',
        `${this.label} needs ${length} integers in its attribute '${attribute}'`,
      );
    }
    return value.integers;
  }

  integer(attribute: string): number {
    const value = this.#attribute(attribute);
    if (value?.kind !== 'integer') {
      throw new SnnError('file-malformed', `${this.label} needs an integer '${attribute}'`);
    }
    return value.integer;
  }

  #attribute(name: string): Node['attributes'][number]['value'] | undefined {
    return this.#node.attributes.find((attribute) => attribute.name === name)?.value;
  }
}

const MAX_PAD = 64;

function isPads(pads: readonly number[]): boolean {
  return pads.every((pad) => pad >= 0 && pad <= MAX_PAD);
}
