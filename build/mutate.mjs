// Mutation tests: changes one operator at a time in a copy of the project and expects a test to fail.
// What survives is a missing test. (Stryker's instrumented loops make the exactness tests of src/snn
// too slow to finish.)
//   npm run nightly:mutation -- [--sample 300] [--seed 1] [store imaging … | src/snn/onnx/bounds.ts …]
// With `--nearest 4` so many tests judge each: quick, but some of what survives them others would notice.
import { parseArgs } from 'node:util';
import { mutantsOf, shuffled } from './mutation/mutants.mjs';
import { isInPrograms, judgesOf, PARTS, sourcesOf, testsOf } from './mutation/parts.mjs';
import { Tree } from './mutation/tree.mjs';

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
 * Runs tests where nothing is changed.
 * @param {Tree} tree
 * @param {readonly string[]} tests
 * @param {number} limitMs
 */
async function passing(tree, tests, limitMs) {
  const judged = await tree.judge(tests, limitMs);
  if (judged.noticed) throw new Error(`Without any change this fails: ${judged.noticed}`);
  return judged;
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
  const before = Date.now();
  // The nearest are shown to pass when one of them first notices something.
  const { tookMs } = values.nearest
    ? { tookMs: undefined }
    : await passing(tree, testsOf(part), FIRST_LIMIT_MS);
  let limitMs = Math.max(SHORTEST_LIMIT_MS, 3 * (Date.now() - before));
  const proven = new Set(tookMs?.keys());
  let killed = 0;
  let timedOut = 0;
  let isMutantBundled = false;
  for (const [index, mutant] of sample.entries()) {
    const { file, line, was, text } = mutant;
    const isBundled = isInPrograms(part, file);
    const ordered = judgesOf(part, file, tookMs);
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
      if (isMutantBundled) await tree.bundle();
      const began = Date.now();
      await passing(tree, judges, FIRST_LIMIT_MS);
      limitMs = Math.max(limitMs, 3 * (Date.now() - began));
      judged = await judge();
    }
    if (judged.file && !proven.has(judged.file)) {
      if (isMutantBundled) await tree.bundle();
      isMutantBundled = false;
      await passing(tree, [judged.file], FIRST_LIMIT_MS);
      proven.add(judged.file);
    }
    if (judged.noticed) killed++;
    if (judged.isTimedOut) timedOut++;
    const change = `${file}:${line}  ${brief(was)}  →  ${brief(text) || '(nothing)'}`;
    console.log(
      judged.noticed ? `killed    ${change}  by ${judged.noticed}` : `SURVIVED  ${change}`,
    );
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
