import type { ModelSpec, NodeSpec } from '../snn/onnx-writer.ts';

/** Whole numbers in low…high, from a seed. */
export type Random = (low: number, high: number) => number;

/** A way to damage a file. `others` are further files to splice from. */
export type Mutation = (
  file: Uint8Array,
  random: Random,
  others: readonly Uint8Array[],
) => Uint8Array;

/** Lengths and extents at which arithmetic tends to break. */
const HOSTILE = [0, 1, 127, 128, 255, 65_535, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 53, -1];

const pick = <T>(random: Random, from: readonly [T, ...T[]]): T =>
  from[random(0, from.length - 1)] ?? from[0];

function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

function replace(file: Uint8Array, at: number, length: number, bytes: Iterable<number>) {
  const patch = Uint8Array.from(bytes);
  const result = new Uint8Array(file.length - length + patch.length);
  result.set(file.subarray(0, at));
  result.set(patch, at);
  result.set(file.subarray(at + length), at + patch.length);
  return result;
}

function slice(file: Uint8Array, random: Random): Uint8Array {
  const at = random(0, file.length - 1);
  return file.subarray(at, at + random(1, Math.min(600, file.length - at)));
}

export const mutations: Readonly<Record<string, Mutation>> = {
  truncated: (file, random) => file.subarray(0, random(0, file.length - 1)),
  'bit-flipped': (file, random) => {
    const damaged = Uint8Array.from(file);
    for (let flips = random(1, 4); flips > 0; flips--) {
      const at = random(0, file.length - 1);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random(0, 7));
    }
    return damaged;
  },
  overwritten: (file, random) => {
    const at = random(0, file.length - 1);
    const length = Math.min(random(1, 8), file.length - at);
    return replace(
      file,
      at,
      length,
      Array.from({ length }, () => random(0, 255)),
    );
  },
  spliced: (file, random, others) => {
    const piece = slice(others[random(0, others.length - 1)] ?? file, random);
    const at = random(0, file.length - 1);
    return replace(file, at, random(0, Math.min(600, file.length - at)), piece);
  },
  'with a part repeated': (file, random) => {
    const piece = slice(file, random);
    const copies = Array.from({ length: random(1, 40) }, () => [...piece]);
    return replace(file, random(0, file.length - 1), 0, copies.flat());
  },
  'with a part cut out': (file, random) => {
    const at = random(0, file.length - 1);
    return replace(file, at, random(1, Math.min(400, file.length - at)), []);
  },
  'with a hostile number': (file, random) =>
    replace(file, random(0, file.length - 1), random(1, 2), varint(pick(random, [0, ...HOSTILE]))),
  'that nests deeply': (file, random) => {
    let inside: number[] = [];
    for (let depth = random(10, 2000); depth > 0; depth--) {
      inside = [
        pick(random, [0x3a, 0x0a, 0x2a, 0x0a]),
        ...varint(Math.min(inside.length, 60)),
        ...inside.slice(0, 60),
      ];
    }
    return replace(file, random(0, file.length - 1), 0, inside);
  },
  'followed by a second graph': (file, random) => {
    const piece = slice(file, random);
    return Uint8Array.from([
      ...file,
      pick(random, [0x3a, 0xca, 0x42]),
      ...varint(piece.length),
      ...piece,
    ]);
  },
};

/** A way to make a model hostile while it stays a well-formed file. */
export type ModelMutation = (model: ModelSpec, random: Random) => ModelSpec;

const changed = <T>(all: readonly T[], random: Random, change: (one: T) => T): T[] => {
  const at = random(0, all.length - 1);
  return all.map((one, index) => (index === at ? change(one) : one));
};

const changeNode = (model: ModelSpec, random: Random, change: (node: NodeSpec) => NodeSpec) => ({
  ...model,
  nodes: changed(model.nodes, random, change),
});

const changeBodyNode = (
  model: ModelSpec,
  random: Random,
  change: (node: NodeSpec) => NodeSpec,
): ModelSpec => ({
  ...model,
  functions: changed(model.functions, random, (body) => ({
    ...body,
    nodes: changed(body.nodes, random, change),
  })),
});

function anyName(model: ModelSpec, random: Random): string {
  const names = model.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  return names[random(0, names.length - 1)] ?? '';
}

function hostileNumber(random: Random): number {
  return pick(random, [0, ...HOSTILE.map((value) => Math.min(value, 2 ** 52))]);
}

export const modelMutations: Readonly<Record<string, ModelMutation>> = {
  'cyclic or wired otherwise': (model, random) =>
    changeNode(model, random, (node) => ({
      ...node,
      inputs: changed(node.inputs, random, () => anyName(model, random)),
    })),
  'with outputs renamed': (model, random) =>
    changeNode(model, random, (node) => ({ ...node, outputs: [anyName(model, random)] })),
  'with nodes in another order': (model, random) => {
    const nodes = [...model.nodes];
    const [moved] = nodes.splice(random(0, nodes.length - 1), 1);
    if (moved !== undefined) nodes.splice(random(0, nodes.length), 0, moved);
    return { ...model, nodes };
  },
  'with a node left out': (model, random) => ({
    ...model,
    nodes: model.nodes.toSpliced(random(0, model.nodes.length - 1), 1),
  }),
  'with operators exchanged': (model, random) =>
    changeNode(model, random, (node) => ({
      ...node,
      op: model.nodes[random(0, model.nodes.length - 1)]?.op ?? '',
    })),
  'whose function bodies call themselves': (model, random) => ({
    ...model,
    functions: changed(model.functions, random, (body) => ({
      ...body,
      nodes: changed(body.nodes, random, (node) => ({
        ...node,
        op: body.name,
        domain: 'com.brainchip',
      })),
    })),
  }),
  'whose function bodies are cyclic': (model, random) =>
    changeBodyNode(model, random, (node) => ({ ...node, inputs: node.outputs })),
  'whose function bodies compute otherwise': (model, random) =>
    changeBodyNode(model, random, (node) => {
      const other = model.functions[random(0, model.functions.length - 1)]?.nodes;
      return { ...(other?.[random(0, other.length - 1)] ?? node), outputs: node.outputs };
    }),
  'with names that pass for expressions': (model, random) => ({
    ...model,
    functions: changed(model.functions, random, (body) => {
      const from = body.inputs[random(0, body.inputs.length - 1)] ?? '';
      const to = `Cast<to=1>(${from})`;
      const rename = (names: readonly string[]) => names.map((name) => (name === from ? to : name));
      return {
        ...body,
        inputs: rename(body.inputs),
        nodes: body.nodes
          .filter(({ op, inputs }) => op !== 'Cast' || inputs[0] !== from)
          .map((node) => ({ ...node, inputs: rename(node.inputs) })),
      };
    }),
  }),
  'with hostile shapes': (model, random) => ({
    ...model,
    inputs: changed(model.inputs, random, (value) => ({
      ...value,
      dims: changed(value.dims ?? [], random, () => hostileNumber(random)),
    })),
  }),
  'with hostile constants': (model, random) => ({
    ...model,
    initializers: changed(model.initializers, random, (tensor) => ({
      ...tensor,
      values: tensor.values.map((value) =>
        random(0, 3) > 0
          ? value
          : tensor.type === 'float32'
            ? 2 ** random(-149, 127)
            : hostileNumber(random),
      ),
    })),
  }),
  'with constants of another shape': (model, random) => ({
    ...model,
    initializers: changed(model.initializers, random, (tensor) => ({
      ...tensor,
      dims:
        random(0, 1) > 0
          ? tensor.dims.toReversed()
          : changed(tensor.dims, random, () => hostileNumber(random)),
    })),
  }),
  'with hostile attributes': (model, random) =>
    changeNode(model, random, (node) => ({
      ...node,
      attributes: Object.fromEntries(
        Object.entries(node.attributes ?? {}).map(([name, value]) => [
          name,
          Array.isArray(value)
            ? changed(value as number[], random, () => hostileNumber(random))
            : value,
        ]),
      ),
    })),
};
