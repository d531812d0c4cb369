// `npm run package`: makes the build fresh, then packs it, on the Node that the project brings.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { nodeBinary, projectRoot } from './project.mjs';
import { setUp } from './setup.mjs';

try {
  await setUp({ quiet: true });
  const main = path.join(projectRoot, 'build/package/main.mjs');
  const { status } = spawnSync(nodeBinary(), [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
