// `npm run package [-- --dir] [--platform linux|darwin|win32] [--arch x64|arm64]`: the desktop program
// with everything that it needs, for one system, in dist.packages. `--dir` leaves out the installers.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../project.mjs';
import { makePackages } from './packages.mjs';

const { values } = parseArgs({
  options: {
    dir: { type: 'boolean', default: false },
    platform: { type: 'string', default: process.platform },
    arch: { type: 'string', default: process.arch },
  },
});
const { platform, arch } = values;
if (platform !== 'linux' && platform !== 'darwin' && platform !== 'win32')
  throw new Error(`--platform ${platform}: linux, darwin or win32.`);
if (arch !== 'x64' && arch !== 'arm64') throw new Error(`--arch ${arch}: x64 or arm64.`);

const { version } = JSON.parse(await readFile(path.join(projectRoot, 'package.json'), 'utf8'));
const made = await makePackages({
  target: { platform, arch },
  output: path.join(projectRoot, 'dist.packages'),
  version,
  builtAt: commitTime(),
  ...(values.dir && { only: 'dir' }),
});
for (const file of made) console.log(path.relative(process.cwd(), file));

/** When the commit was made, or what SOURCE_DATE_EPOCH says. */
function commitTime() {
  const seconds =
    process.env.SOURCE_DATE_EPOCH ??
    execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: projectRoot, encoding: 'utf8' });
  return new Date(1000 * Number(seconds));
}
