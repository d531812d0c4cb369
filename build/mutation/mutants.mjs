// What a mutant is: one operator, number or call of a source, changed.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { projectRoot } from '../project.mjs';

const SKIPPED = ['TSInterfaceDeclaration', 'ThrowStatement', 'ImportDeclaration'];

/** @type {Readonly<Record<string, readonly string[]>>} */
const BINARY = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '|': ['&'],
  '>>>': ['<<'],
  '<<': ['>>>'],
  '+=': ['-='],
  '*=': ['/='],
};
const METHODS = new Map(
  Object.entries({
    min: 'max',
    max: 'min',
    floor: 'ceil',
    ceil: 'floor',
    some: 'every',
    every: 'some',
    findLast: 'find',
  }),
);
/** As a statement. */
const CALLS = ['CallExpression', 'ChainExpression', 'AwaitExpression'];

/**
 * @typedef {{ file: string, line: number, start: number, end: number, was: string, text: string }} Mutant
 * @typedef {{ start: number, end: number }} Span
 * @typedef {Span & { type: string, [key: string]: unknown }} AstNode
 */

/** @returns {value is AstNode} */
const isNode = (/** @type {unknown} */ value) =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/** A number of milliseconds under a name: one more or less is not to be noticed. */
function isDuration(/** @type {AstNode} */ { id, key, init, value }) {
  const name = isNode(id) ? id.name : isNode(key) ? key.name : undefined;
  const given = init ?? value;
  return (
    typeof name === 'string' && name.endsWith('Ms') && isNode(given) && given.type === 'Literal'
  );
}

/**
 * Every change of one file: where it is, and what stands there instead.
 * @param {string} file
 */
export function mutantsOf(file) {
  const source = readFileSync(path.join(projectRoot, file), 'utf8');
  /** @type {Mutant[]} */
  const mutants = [];
  const add = (/** @type {Span} */ { start, end }, /** @type {string} */ text) => {
    const line = source.slice(0, start).split('\n').length;
    mutants.push({ file, line, start, end, was: source.slice(start, end), text });
  };
  const visit = (/** @type {unknown} */ node) => {
    if (Array.isArray(node)) for (const child of node) visit(child);
    if (!isNode(node)) return;
    // Types compute nothing; what a refusal's message says is for people.
    if (node.type.startsWith('TSType') || SKIPPED.includes(node.type)) return;
    const { type, operator, left, right, test, property, expression, value } = node;
    if (isDuration(node)) return;
    // So is the default of an element: `const [channels = 0] = shape`.
    if (type === 'AssignmentPattern' && isNode(right) && right.type === 'Literal') return;
    if (typeof operator === 'string' && isNode(left) && isNode(right)) {
      const gap = { start: left.end, end: right.start };
      const between = source.slice(gap.start, gap.end);
      // In brackets, as `??` and `&&` do not mix without.
      if (operator === '??') {
        const first = source.slice(node.start, left.end);
        add(
          node,
          `((${first}${between.replace('??', ') && (')}${source.slice(right.start, node.end)}))`,
        );
      }
      for (const other of BINARY[operator] ?? []) add(gap, between.replace(operator, other));
      // `array[index] ?? 0` is for the type checker: the fallback is never reached.
      if (operator === '??' && right.type === 'Literal') return visit(left);
    }
    if ((type === 'ConditionalExpression' || type === 'IfStatement') && isNode(test)) {
      add(test, 'true');
      add(test, 'false');
    }
    if (type === 'UnaryExpression' && (operator === '-' || operator === '!')) {
      add({ start: node.start, end: node.start + 1 }, '');
    }
    if (type === 'UpdateExpression') {
      const was = source.slice(node.start, node.end);
      add(node, was.includes('++') ? was.replace('++', '--') : was.replace('--', '++'));
    }
    if (type === 'MemberExpression' && isNode(property)) {
      const other = METHODS.get(String(property.name));
      if (other !== undefined) add(property, other);
    }
    if (type === 'Literal' && typeof value === 'boolean') add(node, String(!value));
    if (type === 'Literal' && typeof value === 'number') add(node, String(value + 1));
    if (type === 'ExpressionStatement' && isNode(expression) && CALLS.includes(expression.type))
      add(node, ';');
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source, { lang: 'ts' }).body);
  return mutants;
}

/**
 * @param {readonly Mutant[]} all
 * @param {number} seed
 */
export function shuffled(all, seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return all
    .map((one) => ({ one, at: next() }))
    .sort((left, right) => left.at - right.at)
    .map(({ one }) => one);
}
