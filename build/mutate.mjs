// Mutation tests: changes one operator at a time in a copy of the project and expects a test to fail.
// What survives is a missing test. (Stryker's instrumented loops make the exactness tests of src/snn
// too slow to finish.)
//   npm run nightly:mutation -- [--sample 300] [--seed 1] [store imaging … | src/snn/onnx/bounds.ts …]
// With `--nearest 4` so many tests judge each: quick, but some of what survives them others would notice.
import { parseArgs } from 'node:util';
import { mutantsOf, shuffled } from './mutation/mutants.mjs';
import {
  isInPrograms,
  isTraced,
  judgesOf,
  PARTS,
  sourcesOf,
  testsImporting,
  testsOf,
  testsStarting,
} from './mutation/parts.mjs';
import { isExecuted } from './mutation/reach.mjs';
import { Tree } from './mutation/tree.mjs';

/** @typedef {import('./mutation/mutants.mjs').Mutant} Mutant */

/** Of all tests of a part without a change; a mutant then has three times what that took. */
const FIRST_LIMIT_MS = 1_800_000;
const SHORTEST_LIMIT_MS = 120_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    nearest: { type: 'string' },
  },
});

/**
 * The files of a part that were asked for, by its name or their own.
 * @param {string} name
 * @param {import('./mutation/parts.mjs').Part} part
 */
function askedOf(name, part) {
  const files = sourcesOf(part);
  const isWhole = positionals.length === 0 || positionals.includes(name);
  return isWhole ? files : files.filter((file) => positionals.includes(file));
}

const brief = (/** @type {string} */ code) => code.trim().replace(/\s+/g, ' ');

/**
 * What is known of the tests before anything is changed. Those that a mutant's place can be traced to
 * are run one by one; of the others all in one go, or with `--nearest` none.
 * @param {Tree} tree
 * @param {import('./mutation/parts.mjs').Part} part
 * @param {readonly Mutant[]} sample
 * @returns {Promise<{ tookMs: Map<string, number>, executing: Map<Mutant, Set<string>> }>}
 *   executing: the tests that execute the place of a mutant, or may, where it can be traced
 */
async function look(tree, part, sample) {
  const traced = sample.filter(({ file }) => isTraced(part, file));
  /** @type {Map<Mutant, Set<string>>} */
  const executing = new Map(
    traced.map((mutant) => [mutant, new Set(testsStarting(part, mutant.file))]),
  );
  /** @type {Map<string, number>} */
  const tookMs = new Map();
  const note = (/** @type {import('./mutation/tree.mjs').Judged} */ judged) => {
    if (judged.noticed) throw new Error(`Without any change this fails: ${judged.noticed}`);
    for (const [test, ms] of judged.tookMs) tookMs.set(test, ms);
  };
  for (const test of testsImporting(part, new Set(traced.map(({ file }) => file)))) {
    const { judged, covered } = await tree.cover(test, part.sources, FIRST_LIMIT_MS);
    note(judged);
    for (const [mutant, tests] of executing)
      if (isExecuted(covered.get(mutant.file), mutant)) tests.add(test);
  }
  if (traced.length < sample.length && !values.nearest)
    note(await tree.judge(testsOf(part), FIRST_LIMIT_MS));
  return { tookMs, executing };
}

/**
 * @param {Tree} tree
 * @param {string} name
 * @param {import('./mutation/parts.mjs').Part} part
 * @param {readonly string[]} files
 */
async function mutate(tree, name, part, files) {
  const all = files.flatMap(mutantsOf);
  const sample = shuffled(all, Number(values.seed)).slice(0, Number(values.sample));
  await tree.bundle();
  const { tookMs, executing } = await look(tree, part, sample);
  const proven = new Set(tookMs.keys());
  const took = [...tookMs.values()].reduce((sum, ms) => sum + ms, 0);
  let limitMs = Math.max(SHORTEST_LIMIT_MS, 3 * took);
  let killed = 0;
  let timedOut = 0;
  let isMutantBundled = false;
  /** What is nearest is shown to pass without a change when one of it first notices something. */
  const prove = async (/** @type {readonly string[]} */ tests) => {
    if (isMutantBundled) await tree.bundle();
    isMutantBundled = false;
    const judged = await tree.judge(tests, FIRST_LIMIT_MS);
    if (judged.noticed) throw new Error(`Without any change this fails: ${judged.noticed}`);
    for (const test of tests) proven.add(test);
  };
  for (const [index, mutant] of sample.entries()) {
    const { file, line, was, text } = mutant;
    const isBundled = isInPrograms(part, file);
    const ordered = judgesOf(part, file, { tookMs, executing: executing.get(mutant) });
    const judges = ordered.slice(0, Number(values.nearest ?? ordered.length));
    const judge = () =>
      tree.changed(mutant, async () => {
        if (isBundled || isMutantBundled) await tree.bundle();
        isMutantBundled = isBundled;
        return tree.judge(judges, limitMs);
      });
    let judged = await judge();
    if (judged.isTimedOut && values.nearest) {
      // On a busy machine the tests alone may take so long.
      const began = Date.now();
      await prove(judges);
      limitMs = Math.max(limitMs, 3 * (Date.now() - began));
      judged = await judge();
    }
    if (judged.file && !proven.has(judged.file)) await prove([judged.file]);
    if (judged.noticed) killed++;
    if (judged.isTimedOut) timedOut++;
    const change = `${file}:${line}  ${brief(was)}  →  ${brief(text) || '(nothing)'}`;
    const survived = `SURVIVED  ${change}${judges.length === 0 ? '  which no test executes' : ''}`;
    console.log(judged.noticed ? `killed    ${change}  by ${judged.noticed}` : survived);
    if (index % 20 === 19) console.log(`${name}: ${killed} of ${index + 1} killed`);
  }
  const score = ((100 * killed) / sample.length).toFixed(1);
  return `${name}: ${killed} of ${sample.length} mutants killed (${score} %), ${timedOut} of them by the limit of time; of ${all.length}; seed ${values.seed}`;
}

const tree = new Tree();
process.once('SIGINT', () => {
  tree.remove();
  process.exit(130);
});
try {
  const scores = [];
  for (const [name, part] of Object.entries(PARTS)) {
    const files = askedOf(name, part);
    if (files.length === 0) continue;
    const score = await mutate(tree, name, part, files);
    console.log(score);
    scores.push(score);
  }
  console.log(['', ...scores].join('\n'));
} finally {
  tree.remove();
}
