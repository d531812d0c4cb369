// Long runs of tests that CI makes short. A failure prints the seed that repeats it.
//   npm run nightly:exactness -- --layers 1000000 --seed 7
//   npm run nightly:fuzz -- --files 100000 --seed 7
//   npm run nightly:wire -- --inputs 10000000 --seed 7
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from './project.mjs';

const RUNS = {
  exactness: {
    test: 'test/snn/random-networks.test.ts',
    count: 'DERMASPIKE_EXACT_LAYERS',
    of: 1e6,
  },
  fuzz: { test: 'test/fuzz', count: 'DERMASPIKE_FUZZ_FILES', of: 1e5 },
  wire: {
    test: 'test/native-bridge/wire/frame.test.ts',
    count: 'DERMASPIKE_WIRE_INPUTS',
    of: 1e7,
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    layers: { type: 'string' },
    files: { type: 'string' },
    inputs: { type: 'string' },
    seed: { type: 'string' },
  },
});
const [name] = positionals;
const run = name === 'exactness' || name === 'fuzz' || name === 'wire' ? RUNS[name] : undefined;
const count = Number(values.layers ?? values.files ?? values.inputs ?? run?.of);
const seed = Number(values.seed ?? Math.trunc(Date.now() / 1000));
if (run === undefined || !Number.isSafeInteger(count) || !Number.isSafeInteger(seed)) {
  console.error(
    'Usage: node build/nightly.mjs exactness|fuzz|wire [--layers N | --files N | --inputs N] [--seed N]',
  );
  process.exit(2);
}
console.log(`${name}: ${count}, --seed ${seed}`);
const vitest = path.join(projectRoot, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', run.test], {
  stdio: 'inherit',
  cwd: projectRoot,
  env: { ...process.env, [run.count]: String(count), DERMASPIKE_SEED: String(seed) },
});
if (status !== 0) console.error(`${name} failed with --seed ${seed}`);
process.exit(status ?? 1);
