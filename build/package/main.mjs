// `npm run package [-- --dir] [--platform linux|darwin|win32] [--arch x64|arm64] [--update KEY.pem
// [--notes FILE]]`: the desktop program with everything that it needs, for one system, in dist.packages.
// `--dir` leaves out the installers; `--update` adds signed update files.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../project.mjs';
import { makePackages } from './packages.mjs';
import { makeUpdate } from './update.mjs';

const { values } = parseArgs({
  options: {
    dir: { type: 'boolean', default: false },
    platform: { type: 'string', default: process.platform },
    arch: { type: 'string', default: process.arch },
    update: { type: 'string' },
    notes: { type: 'string' },
  },
});
const { platform, arch } = values;
if (platform !== 'linux' && platform !== 'darwin' && platform !== 'win32')
  throw new Error(`--platform ${platform}: linux, darwin or win32.`);
if (arch !== 'x64' && arch !== 'arm64') throw new Error(`--arch ${arch}: x64 or arm64.`);

const { version } = JSON.parse(await readFile(path.join(projectRoot, 'package.json'), 'utf8'));
/** @type {import('./contents.mjs').Target} */
const target = { platform, arch };
const builtAt = commitTime();
const made = await makePackages({
  target,
  output: path.join(projectRoot, 'dist.packages'),
  version,
  builtAt,
  ...(values.dir && { only: 'dir' }),
});
const keyFile = values.update;
if (keyFile) {
  const notes = values.notes ? await readFile(values.notes, 'utf8') : '';
  for (const file of [...made]) {
    const update = await makeUpdate(file, { target, version, builtAt, keyFile, notes });
    if (update) made.push(update);
  }
}
for (const file of made) console.log(path.relative(process.cwd(), file));

/** When the commit was made, or what SOURCE_DATE_EPOCH says. */
function commitTime() {
  const seconds =
    process.env.SOURCE_DATE_EPOCH ??
    execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: projectRoot, encoding: 'utf8' });
  return new Date(1000 * Number(seconds));
}
