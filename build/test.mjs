// `npm test`: sets up like `npm start`, then lint, types and the whole suite. Arguments go to
// vitest: `npm test -- test/store` runs one folder, without lint and types.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { nodeBinary, projectRoot } from './project.mjs';
import { setUp } from './setup.mjs';

const bin = (/** @type {string} */ name) => path.join(projectRoot, 'node_modules/.bin', name);
const env = {
  ...process.env,
  PATH: `${path.join(projectRoot, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`,
};

function check(
  /** @type {string} */ title,
  /** @type {string} */ command,
  /** @type {string[]} */ args,
) {
  process.stdout.write(`\n── ${title}\n`);
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    cwd: projectRoot,
    env,
    shell: process.platform === 'win32',
  });
  return status === 0;
}

try {
  await setUp({ quiet: true });
  nodeBinary();
  if (process.env.DERMASPIKE_TEST_ALL !== undefined) {
    const { prepare } = await import('../test/desktop/electron22/prepare.mjs');
    await prepare();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
const chosen = process.argv.slice(2);
const passed =
  chosen.length > 0
    ? [check('Tests', bin('vitest'), ['run', ...chosen])]
    : [
        check('Lint and dependency rules', 'npm', ['run', '-s', 'lint']),
        check('Types', 'npm', ['run', '-s', 'typecheck']),
        check('Tests', bin('vitest'), ['run']),
      ];
process.exit(passed.every(Boolean) ? 0 : 1);
