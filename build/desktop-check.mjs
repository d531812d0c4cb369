// `npm run -s desktop:check`: the product in a real Electron, driven by the tests of `test/desktop`.
// With `--json` one object on standard output; with a name, only the themes that have it in theirs.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { chromeVersion, electronVersion } from '../test/desktop/electron22/places.mjs';
import { prepare } from '../test/desktop/electron22/prepare.mjs';
import { nodeBinary, projectRoot } from './project.mjs';
import { setUp } from './setup.mjs';

const args = process.argv.slice(2);
const json = args.includes('--json');
const themes = args.filter((each) => each !== '--json');

try {
  await setUp({ quiet: true });
  // The tests run in the Node that the rest does, which may not be the one that started this.
  const node = nodeBinary();
  if (realpathSync(node) !== realpathSync(process.execPath)) {
    const { status } = spawnSync(node, process.argv.slice(1), { stdio: 'inherit' });
    process.exit(status ?? 1);
  }
  await prepare();
} catch (error) {
  const reason = /** @type {Error} */ (error).message;
  if (json) process.stdout.write(`${JSON.stringify({ electron: null, reason })}\n`);
  process.stderr.write(`The desktop program cannot be checked here. ${reason}\n`);
  process.exit(1);
}
// A suite that cannot run fails.
process.env.DERMASPIKE_TEST_ALL = '1';
const { startVitest } = await import('vitest/node');
const folder = path.join(projectRoot, 'test/desktop/steps');
const vitest = await startVitest(
  'test',
  themes.map((theme) => path.join(folder, theme)),
  {
    root: projectRoot,
    project: ['desktop'],
    watch: false,
    reporters: json ? [{}] : ['tree'],
  },
);
const modules = vitest.state.getTestModules();
const steps = modules.flatMap(({ children }) =>
  [...children.allTests()].map((test) => {
    const { state, errors } = test.result();
    const { detail } = test.meta();
    return {
      name: test.fullName,
      ok: state === 'passed',
      ms: Math.round(test.diagnostic()?.duration ?? 0),
      detail: errors?.[0]?.message ?? detail ?? null,
    };
  }),
);
const passed = steps.filter(({ ok }) => ok).length;
const failed = steps.length - passed;
const summary = { electron: electronVersion, chrome: chromeVersion, passed, failed, steps };
if (json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
await vitest.close();
process.exit(steps.length > 0 && failed === 0 && modules.every((each) => each.ok()) ? 0 : 1);
