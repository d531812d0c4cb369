// `npm run cli -- …` and its like: makes sure that the build is fresh, then runs one of its programs.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { nodeBinary, projectRoot } from './project.mjs';
import { setUp } from './setup.mjs';

const [program, ...args] = process.argv.slice(2);
/** @type {string} */
let node;
try {
  await setUp({ quiet: true });
  node = nodeBinary();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
const { status, signal } = spawnSync(
  node,
  ['--enable-source-maps', path.join(projectRoot, 'dist', `${program}.mjs`), ...args],
  { stdio: 'inherit', cwd: process.env.INIT_CWD ?? process.cwd() },
);
process.exit(status ?? (signal ? 1 : 0));
