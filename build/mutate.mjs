// Mutation tests of src/snn: changes one operator at a time in a copy of the tree and expects a
// test to fail. What survives is a missing test. (Stryker's instrumented loops make the exactness
// tests too slow to finish.)
//   npm run nightly:mutation -- [--sample 300] [--seed 1] [src/snn/onnx/bounds.ts …]
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseAst } from 'rolldown/parseAst';
import { projectRoot } from './project.mjs';

/** The parts of src/snn, a file in the first that names it, and their tests, quick ones first. */
const PARTS = [
  { of: /^(head\/|ln)/, tests: ['ln', 'age', 'views', 'calibration', 'arithmetic', 'head'] },
  { of: /^random/, tests: ['random'] },
  { of: /^explain\//, tests: ['explain/grid', 'explain/views', 'explain/explain'] },
  {
    of: /^(plan|engines\/simd)\//,
    tests: [
      'zeros',
      'simd/constants',
      'quantizeml',
      'simd/plan',
      'simd/kernels',
      'random-networks',
      'simd/exactness',
    ],
  },
  {
    of: /./,
    tests: [
      'bounds',
      'model',
      'wire',
      'importer',
      'refusals',
      'quantizeml',
      'energy',
      'arithmetic',
      'random-networks',
      'vectors',
    ],
  },
];
const ROOT = 'src/snn';
/** Copied into the mutated tree; node_modules is linked. */
const NEEDED = ['package.json', 'tsconfig.json', 'build', 'models', 'native-bridge', 'src', 'test'];
const CONFIG = `import { BaseSequencer } from 'vitest/node';
class InOrder extends BaseSequencer {
  async sort(files) { return files; }
}
export default { test: {
  testTimeout: 40000, fileParallelism: false, isolate: false, bail: 1, reporters: ['dot'],
  sequence: { sequencer: InOrder }, env: { DERMASPIKE_EXACT_LAYERS: '300' },
} };`;
const LIMIT_MS = 120_000;
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
  '??': ['&&'],
  '|': ['&'],
  '>>>': ['<<'],
  '<<': ['>>>'],
  '+=': ['-='],
  '*=': ['/='],
};
/** @type {Readonly<Record<string, string>>} */
const METHODS = {
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  some: 'every',
  every: 'some',
  findLast: 'find',
};

/**
 * @typedef {{ file: string, line: number, start: number, end: number, was: string, text: string }} Mutant
 * @typedef {{ start: number, end: number }} Span
 * @typedef {Span & { type: string, [key: string]: unknown }} AstNode
 */

/** @returns {value is AstNode} */
const isNode = (/** @type {unknown} */ value) =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/**
 * Every change of one file: where it is, and what stands there instead.
 * @param {string} file
 */
function mutantsOf(file) {
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
    // So is the default of an element: `const [channels = 0] = shape`.
    if (type === 'AssignmentPattern' && isNode(right) && right.type === 'Literal') return;
    if (typeof operator === 'string' && isNode(left) && isNode(right)) {
      const gap = { start: left.end, end: right.start };
      const between = source.slice(gap.start, gap.end);
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
      const other = METHODS[String(property.name)];
      if (other !== undefined) add(property, other);
    }
    if (type === 'Literal' && typeof value === 'boolean') add(node, String(!value));
    if (type === 'Literal' && typeof value === 'number') add(node, String(value + 1));
    if (isNode(expression) && expression.type === 'CallExpression') add(node, ';');
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source, { lang: 'ts' }).body);
  return mutants;
}

/**
 * @param {readonly Mutant[]} all
 * @param {number} seed
 */
function shuffled(all, seed) {
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' } },
});
const files = positionals.length > 0 ? positionals : sources();
const all = files.flatMap(mutantsOf);
const sample = shuffled(all, Number(values.seed)).slice(0, Number(values.sample));

const tree = mkdtempSync(path.join(tmpdir(), 'dermaspike-mutants-'));
for (const needed of NEEDED) {
  cpSync(path.join(projectRoot, needed), path.join(tree, needed), { recursive: true });
}
symlinkSync(path.join(projectRoot, 'node_modules'), path.join(tree, 'node_modules'));
writeFileSync(path.join(tree, 'vitest.config.mjs'), CONFIG);

/** Files of src/snn that compute something: no generated ones, none of declarations alone. */
function sources() {
  return readdirSync(path.join(projectRoot, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.d|\.generated)\.ts$/.test(file))
    .map((file) => `${ROOT}/${file}`)
    .sort();
}

/**
 * Whether every test of a part passes. A test that never ends has noticed the change, too.
 * @param {readonly string[]} tests
 */
function passes(tests) {
  const vitest = path.join(tree, 'node_modules/vitest/vitest.mjs');
  const paths = tests.map((name) => `test/snn/${name}.test.ts`);
  const run = spawnSync(process.execPath, [vitest, 'run', ...paths], {
    cwd: tree,
    timeout: LIMIT_MS,
  });
  return run.status === 0;
}

/** @param {string} file */
function testsOf(file) {
  return PARTS.find(({ of }) => of.test(path.relative(ROOT, file)))?.tests ?? [];
}

try {
  for (const { tests } of PARTS)
    if (!passes(tests)) throw new Error(`Without any change, one of these fails: ${tests}`);
  let killed = 0;
  for (const [index, { file, line, start, end, was, text }] of sample.entries()) {
    const copy = path.join(tree, file);
    const source = readFileSync(copy, 'utf8');
    writeFileSync(copy, source.slice(0, start) + text + source.slice(end));
    if (passes(testsOf(file)))
      console.log(`survived  ${file}:${line}  ${was.trim()}  →  ${text.trim() || '(nothing)'}`);
    else killed++;
    writeFileSync(copy, source);
    if (index % 20 === 19) console.log(`${killed} of ${index + 1} killed`);
  }
  const score = ((100 * killed) / sample.length).toFixed(1);
  console.log(
    `${killed} of ${sample.length} mutants killed (${score} %), of ${all.length}; seed ${values.seed}`,
  );
} finally {
  rmSync(tree, { recursive: true, force: true });
}
