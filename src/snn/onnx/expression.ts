import { SnnError } from '../errors.ts';
import type { Attribute, FunctionBody, Node } from './model.ts';

/**
 * A function body as one nested expression, independent of the names of intermediate values
 * and of the order of independent nodes:
 *
 *     Cast<to=3>(Relu(Conv<strides=@strides>(Pad(Cast<to=1>(X),pads),Cast<to=1>(W),)))
 *
 * Names are the function's parameters, `@name` its attributes, an omitted optional argument
 * is empty, and constants are written as literals. Results are joined by semicolons. Two bodies of equal expression compute
 * the same thing in ONNX, whatever produced them.
 */
export function bodyExpression(body: FunctionBody): string {
  if (body.hasDefaults) throw unexpected(body, 'its attributes have default values');
  for (const parameter of body.inputs) checkWord(body, parameter);
  const expressions = new Map<string, string>();
  for (const parameter of body.inputs) define(body, expressions, parameter, parameter);
  const used = new Set<string>();
  for (const node of body.nodes) {
    if (node.domain !== '') throw unexpected(body, `it calls ${node.domain}.${node.type}`);
    const [output] = node.outputs;
    if (output === undefined || node.outputs.length !== 1) {
      throw unexpected(body, `its ${node.type} has ${node.outputs.length} results`);
    }
    const args = node.inputs.map((name) => {
      used.add(name);
      const expression = name === '' ? '' : expressions.get(name);
      if (expression === undefined) {
        throw unexpected(body, `its ${node.type} reads '${name}' before it is computed`);
      }
      return expression;
    });
    define(body, expressions, output, nodeExpression(body, node, args));
  }
  const results = body.outputs.map((name) => {
    used.add(name);
    const expression = expressions.get(name);
    if (expression === undefined) throw unexpected(body, `it never computes '${name}'`);
    return expression;
  });
  for (const name of expressions.keys()) {
    if (!used.has(name)) throw unexpected(body, `it leaves '${name}' unused`);
  }
  return results.join(';');
}

/** Sharing can make an expression grow exponentially; honest ones stay under 1,000. */
const MAX_LENGTH = 4_000;

function define(
  body: FunctionBody,
  expressions: Map<string, string>,
  name: string,
  expression: string,
): void {
  if (name === '' || expressions.has(name)) {
    throw unexpected(body, `it computes '${name}' twice`);
  }
  if (expression.length > MAX_LENGTH) throw unexpected(body, 'it is too long');
  expressions.set(name, expression);
}

/** The attribute that holds a Constant's value, by its kind. */
const CONSTANT_NAMES: Readonly<Partial<Record<Attribute['value']['kind'], string>>> = {
  float: 'value_float',
  integer: 'value_int',
  integers: 'value_ints',
};

function nodeExpression(body: FunctionBody, node: Node, args: readonly string[]): string {
  checkWord(body, node.type);
  if (node.type === 'Constant') {
    const [constant] = node.attributes;
    const plain = constant !== undefined && CONSTANT_NAMES[constant.value.kind] === constant.name;
    if (!plain || node.attributes.length !== 1 || args.length !== 0) {
      throw unexpected(body, 'it has a Constant without one plain value');
    }
    return attributeValue(body, constant);
  }
  const attributes = node.attributes
    .map((attribute) => `${checkWord(body, attribute.name)}=${attributeValue(body, attribute)}`)
    .sort();
  const suffix = attributes.length === 0 ? '' : `<${attributes.join(',')}>`;
  return `${node.type}${suffix}(${args.join(',')})`;
}

function attributeValue(body: FunctionBody, { name, value }: Attribute): string {
  switch (value.kind) {
    case 'integer':
      return `${value.integer}`;
    case 'integers':
      return `[${value.integers.join(',')}]`;
    case 'float':
      return Number.isInteger(value.float) ? value.float.toFixed(1) : `${value.float}`;
    case 'reference':
      return `@${checkWord(body, value.reference)}`;
    case 'other':
      throw unexpected(body, `its attribute '${name}' is of type ${value.type}`);
  }
}

/** A name with punctuation could pass for an expression that nothing computes. */
function checkWord(body: FunctionBody, name: string): string {
  if (!/^[A-Za-z]\w*$/.test(name)) throw unexpected(body, `it uses the name '${name}'`);
  return name;
}

function unexpected(body: FunctionBody, detail: string): SnnError {
  return new SnnError(
    'body-unexpected',
    `The function body of ${body.name} is not the known arithmetic: ${detail}`,
  );
}
