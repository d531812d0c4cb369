import { SnnError } from '../errors.ts';
import { inputTable } from '../input.ts';
import {
  elementCount,
  type InputQuantization,
  type Network,
  type Operator,
  type OutputDequantization,
  type Shape,
  type Tensor,
} from '../network.ts';
import { sha256 } from '../sha256.ts';
import { dequantizerOperands, type Form, formOf } from './forms.ts';
import {
  buildAdd,
  buildConcat,
  buildConvolution,
  buildDense,
  buildTransposed,
  type Layer,
  type Site,
} from './layers.ts';
import { decodeModel, type FunctionBody, type Model, type Node, type ValueInfo } from './model.ts';
import { Operands } from './operands.ts';
import type { Initializer } from './tensor.ts';
import { checkOpsets, checkVersions, DOMAIN } from './versions.ts';

// Far above any network for this accelerator; they bound the memory and time that a damaged
// or hostile file can ask for.
const MAX_FILE_BYTES = 2 ** 26;
const MAX_NODES = 4096;
const MAX_IMAGE_CHANNELS = 1024;
const MAX_PIXELS = 2 ** 20;
const MAX_TENSOR_ELEMENTS = 2 ** 22;
const MAX_TOTAL_ELEMENTS = 2 ** 25;
const MAX_MACS = 2 ** 33;

/**
 * Reads a quantized ONNX file. Throws SnnError for whatever it cannot run exactly; the
 * message names the operator or tensor. Never runs an operator approximately.
 */
export function readNetwork(file: Uint8Array): Network {
  if (file.length > MAX_FILE_BYTES) {
    throw new SnnError('file-too-large', `The ONNX file has ${file.length} bytes`);
  }
  const model = decodeModel(file);
  checkVersions(model);
  const bytes = file.slice(); // the caller may change its own
  return new Importer(model).import(() => sha256(bytes));
}

class Importer {
  readonly #model: Model;
  readonly #initializers: ReadonlyMap<string, Initializer>;
  readonly #functions: ReadonlyMap<string, FunctionBody>;
  readonly #forms = new Map<string, Form>();
  readonly #tensors = new Map<string, Tensor>();
  readonly #operators: Operator[] = [];
  #macs = 0;
  #elements = 0;
  #input: InputQuantization | undefined;
  #outputs: readonly OutputDequantization[] = [];
  /** Tensors of rank 2 in the file. */
  readonly #vectors = new Set<string>();

  constructor(model: Model) {
    this.#model = model;
    this.#initializers = byName(model.graph.initializers, 'initializer');
    const own = model.functions.filter(({ domain }) => domain === DOMAIN);
    this.#functions = byName(own, 'function');
  }

  /** @param hash of the file; asked for when somebody reads it, since it takes a while */
  import(hash: () => string): Network {
    const { nodes } = this.#model.graph;
    if (nodes.length > MAX_NODES) {
      throw new SnnError('file-too-large', `The graph has ${nodes.length} nodes`);
    }
    byName(
      nodes.filter(({ name }) => name !== ''),
      'node',
    );
    const foreign = nodes.find(({ domain }) => domain !== DOMAIN);
    if (foreign !== undefined) {
      const { domain, type } = foreign;
      const name = domain === '' ? type : `${domain}.${type}`;
      throw new SnnError('operator-unsupported', `Operator ${name} is not supported`);
    }
    for (const [position, node] of nodes.entries()) {
      if (this.#outputs.length > 0) {
        throw new SnnError('graph-invalid', `${node.type} '${node.name}' follows the Dequantizer`);
      }
      this.#addNode(node, position);
    }
    const [output] = this.#outputs;
    if (this.#input === undefined || output === undefined) {
      throw new SnnError('graph-invalid', 'The graph lacks its InputQuantizer or Dequantizer');
    }
    this.#checkDeclarations();
    let digest: string | undefined;
    return {
      get sha256() {
        digest ??= hash();
        return digest;
      },
      input: this.#input,
      operators: this.#operators,
      tensors: Object.fromEntries(this.#tensors),
      outputs: this.#outputs,
      output,
      spikeTensor: this.#spikeTensor(this.#input.tensor, output.tensor),
      macs: this.#macs,
    };
  }

  #addNode(node: Node, position: number): void {
    const body = this.#functions.get(node.type);
    if (body === undefined) {
      throw new SnnError('operator-unsupported', `The file does not define ${DOMAIN}.${node.type}`);
    }
    const [output = ''] = node.outputs;
    if (node.outputs.length !== body.outputs.length || node.outputs.includes('')) {
      throw new SnnError(
        'graph-invalid',
        `${node.type} '${node.name}' must have ${body.outputs.length} named outputs`,
      );
    }
    const twice = node.outputs.find((name, index) => this.#isTaken(name, node.outputs, index));
    if (twice !== undefined) {
      throw new SnnError('graph-invalid', `Tensor '${twice}' is produced twice`);
    }
    const form = this.#form(node.type, body);
    const operands = new Operands(node, body, this.#initializers);
    const name = node.name === '' ? `${node.type}#${position}` : node.name;
    const site: Site = { name, type: node.type, output, operands };
    if (form.family === 'InputQuantizer') this.#addInput(site);
    else if (form.family === 'Dequantizer') this.#addOutputs(site, form.outputs, node.outputs);
    else this.#addLayer(this.#layer(site, form));
  }

  #form(type: string, body: FunctionBody): Form {
    const known = this.#forms.get(type);
    if (known !== undefined) return known;
    checkOpsets(body.opsets, `the function ${type}`);
    const form = formOf(type, body);
    this.#forms.set(type, form);
    return form;
  }

  #layer(site: Site, form: Exclude<Form, { family: 'InputQuantizer' | 'Dequantizer' }>): Layer {
    const { operands } = site;
    const left = this.#read(site, 'X');
    const vector = this.#vectors.has(operands.name('X'));
    switch (form.family) {
      case 'QuantizedAdd':
      case 'QuantizedConcat': {
        const right = this.#read(site, 'Y');
        if (this.#vectors.has(operands.name('Y')) !== vector) {
          throw new SnnError('shape-invalid', `${operands.label} joins a vector and a map`);
        }
        if (vector) this.#vectors.add(site.output);
        return form.family === 'QuantizedConcat'
          ? buildConcat(site, left, right)
          : buildAdd(site, form.scaled, vector ? 2 : 4, left, right);
      }
      case 'QuantizedDense1D':
        if (!form.flatten && !vector) {
          throw new SnnError('shape-invalid', `${operands.label} reads a map without Flatten`);
        }
        this.#vectors.add(site.output);
        return buildDense(site, form, left);
      default:
        if (vector) {
          throw new SnnError('shape-invalid', `${operands.label} reads a vector, not a map`);
        }
        return form.family.endsWith('Transpose')
          ? buildTransposed(site, form, left)
          : buildConvolution(site, form, left);
    }
  }

  #addInput(site: Site): void {
    const { operands } = site;
    const { inputs } = this.#model.graph;
    const [declared] = inputs;
    if (declared === undefined || inputs.length !== 1 || operands.name('X') !== declared.name) {
      throw new SnnError('graph-invalid', `${operands.label} must read the graph's only input`);
    }
    if (this.#input !== undefined) {
      throw new SnnError('graph-invalid', `${operands.label} is a second InputQuantizer`);
    }
    if (declared.type !== 'float32' && declared.type !== 'uint8') {
      throw new SnnError('operator-unsupported', `The input is declared ${declared.type}`);
    }
    const layout = layoutOf(operands);
    const [batch = 1, ...extents] = declared.dims;
    const [first = 0, second = 0, third = 0] = extents;
    const [channels, height, width] =
      layout === 'CHW' ? [first, second, third] : [third, first, second];
    if (extents.length !== 3 || batch !== 1 || !(channels > 0 && height > 0 && width > 0)) {
      const dims = declared.dims.map((dim) => dim ?? '?').join(', ');
      throw new SnnError('shape-invalid', `The input must be one image; the file has [${dims}]`);
    }
    const shape: Shape = [channels, height, width];
    checkSize(site.output, shape);
    if (channels > MAX_IMAGE_CHANNELS) {
      throw new SnnError('file-too-large', `The image would have ${channels} channels`);
    }
    const scale = Float32Array.from(operands.perChannel('scale', 'float32', [channels]));
    const bad = scale.find((value) => !(value > 0 && value < Number.POSITIVE_INFINITY));
    if (bad !== undefined) {
      throw new SnnError('value-invalid', `${operands.label} has the scale ${bad}`);
    }
    const signed = this.#initializers.get(operands.name('zp'))?.type === 'int8';
    const zeroPoint = Int32Array.from(
      operands.perChannel('zp', signed ? 'int8' : 'uint8', [channels]),
    );
    const [scales, zeros] = ['scale', 'zp'].map(
      (parameter) => this.#initializers.get(operands.name(parameter))?.values.length,
    );
    if (scales !== zeros) {
      throw new SnnError('shape-invalid', `${operands.label} has ${scales} scales, ${zeros} zeros`);
    }
    this.#input = { tensor: site.output, shape, layout, scale, zeroPoint };
    const table = inputTable(this.#input, signed);
    this.#tensors.set(site.output, {
      type: signed ? 'int8' : 'uint8',
      shape,
      low: table.reduce((least, value) => Math.min(least, value)),
      high: table.reduce((most, value) => Math.max(most, value)),
    });
  }

  /** The Dequantizer gives every output of the graph, in an order of its own. */
  #addOutputs(site: Site, count: number, names: readonly string[]): void {
    const { operands } = site;
    const given = dequantizerOperands(count).map(([value, scale], index) =>
      this.#dequantization(site, value, scale, names[index] ?? ''),
    );
    const { outputs } = this.#model.graph;
    this.#outputs = outputs.flatMap(({ name }) => given.filter((each) => each.name === name));
    const distinct = new Set(outputs.map(({ name }) => name)).size;
    if (distinct !== count || this.#outputs.length !== count) {
      throw new SnnError('graph-invalid', `${operands.label} must give the graph's only outputs`);
    }
    const other = outputs.find(({ type }) => type !== 'float32');
    if (other !== undefined) {
      throw new SnnError('shape-invalid', `The output is declared ${other.type}, not float32`);
    }
  }

  #dequantization(site: Site, value: string, factor: string, name: string): OutputDequantization {
    const { operands } = site;
    const { shape, type } = this.#read(site, value);
    if (type === 'uint8') {
      throw new SnnError('graph-invalid', `${operands.label} gives the image itself`);
    }
    const scale = Float32Array.from(operands.perChannel(factor, 'float32', [shape[0]]));
    if (!scale.every(Number.isFinite)) {
      throw new SnnError('value-invalid', `${operands.label} has a scale that is not finite`);
    }
    return { name, tensor: operands.name(value), shape, scale };
  }

  #spikeTensor(input: string, output: string): string {
    const pooled = this.#operators.findLast(
      (operator) => operator.kind === 'convolution' && operator.pool.kind === 'sum',
    );
    if (pooled !== undefined) return pooled.output;
    const weighted = this.#operators.findLast((operator) => 'weights' in operator);
    const [read = input] = weighted?.inputs ?? [];
    return read === input ? output : read;
  }

  #isTaken(name: string, outputs: readonly string[], index: number): boolean {
    return (
      outputs.indexOf(name) !== index ||
      this.#tensors.has(name) ||
      this.#initializers.has(name) ||
      this.#model.graph.inputs.some((input) => input.name === name)
    );
  }

  #addLayer({ operator, type, range }: Layer): void {
    const { output, outputShape: shape } = operator;
    const potentials = operator.kind === 'convolution' ? operator.potentialShape : shape;
    checkSize(output, shape);
    checkSize(operator.name, potentials);
    this.#tensors.set(output, { type, shape, ...range });
    this.#operators.push(operator);
    this.#macs += operator.macs;
    // Engines may pad narrow maps to this many channels.
    const [channels, height, width] = potentials;
    this.#elements += Math.max(channels, 16) * height * width;
    if (this.#macs > MAX_MACS || this.#elements > MAX_TOTAL_ELEMENTS) {
      throw new SnnError('file-too-large', `The network is too large at '${operator.name}'`);
    }
  }

  /** The tensor passed for a parameter. ONNX orders nodes so that producers come first. */
  #read(site: Site, parameter: string): Tensor {
    const name = site.operands.name(parameter);
    const tensor = this.#tensors.get(name);
    if (tensor !== undefined) return tensor;
    const later = this.#model.graph.nodes.some(({ outputs }) => outputs.includes(name));
    throw new SnnError(
      'graph-invalid',
      later
        ? `${site.operands.label} reads '${name}' before it is produced: a cycle or a wrong order`
        : `${site.operands.label} reads '${name}', which nothing produces`,
    );
  }

  /** Declared types and shapes, where the file has them, must be those that were computed. */
  #checkDeclarations(): void {
    const { intermediates, outputs } = this.#model.graph;
    for (const info of intermediates) {
      const tensor = this.#tensors.get(info.name);
      if (tensor === undefined) continue;
      this.#checkDims(info, info.name, tensor.shape);
      if (info.type !== tensor.type) {
        throw new SnnError(
          'shape-invalid',
          `'${info.name}' is declared ${info.type} but computed as ${tensor.type}`,
        );
      }
    }
    for (const [index, { tensor, shape }] of this.#outputs.entries()) {
      const declared = outputs[index];
      if (declared !== undefined) this.#checkDims(declared, tensor, shape);
    }
  }

  #checkDims(info: ValueInfo, tensor: string, shape: Shape): void {
    const dims = this.#vectors.has(tensor) ? shape.slice(0, 1) : shape;
    const [, ...declared] = info.dims;
    const equal =
      declared.length === dims.length &&
      declared.every((dim, axis) => dim === undefined || dim === dims[axis]);
    if (!equal) {
      throw new SnnError(
        'shape-invalid',
        `'${info.name}' is declared [${declared.join(', ')}] but computed as [${dims.join(', ')}]`,
      );
    }
  }
}

function layoutOf(operands: Operands): InputQuantization['layout'] {
  const perm = operands.integerList('perm', 4).join();
  if (perm === '0,1,2,3') return 'CHW';
  if (perm === '0,3,1,2') return 'HWC';
  throw new SnnError('operator-unsupported', `${operands.label} transposes by [${perm}]`);
}

function checkSize(name: string, shape: Shape): void {
  const [, height, width] = shape;
  if (!(elementCount(shape) <= MAX_TENSOR_ELEMENTS && height * width <= MAX_PIXELS)) {
    throw new SnnError('file-too-large', `'${name}' would hold ${shape.join('×')} values`);
  }
}

/** Throws SnnError 'graph-invalid' where a name occurs twice. */
function byName<T extends { readonly name: string }>(
  all: readonly T[],
  what: string,
): Map<string, T> {
  const map = new Map<string, T>();
  for (const each of all) {
    if (map.has(each.name)) {
      throw new SnnError('graph-invalid', `The file has two ${what}s named '${each.name}'`);
    }
    map.set(each.name, each);
  }
  return map;
}
