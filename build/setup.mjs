// Brings a clone to a state in which it runs: installs what the lockfile names, builds what is
// stale. Uses nothing but Node and npm, so that it works before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { assertNodeWillDo, nodeBinary, projectRoot } from './project.mjs';

const installStamp = path.join(projectRoot, 'node_modules/.dermaspike-installed');
const buildStamp = path.join(projectRoot, 'dist/.built-from');
/** What the bundles are made of. */
const buildInputs = [
  'src',
  'native-bridge',
  'electron',
  'renderer',
  'build',
  'package-lock.json',
  'tsconfig.json',
];

/**
 * @param {{ force?: boolean, quiet?: boolean }} [options] force: build even what is fresh; quiet:
 *   say nothing unless something has to be done.
 */
export async function setUp({ force = false, quiet = false } = {}) {
  const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
  assertNodeWillDo();
  const lock = await fingerprint(['package-lock.json']);
  if ((await readStamp(installStamp)) !== lock) {
    say('Installing packages (once, about a minute) …');
    await step('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci');
    await writeFile(installStamp, lock);
  }
  const sources = await fingerprint(buildInputs);
  if (force || (await readStamp(buildStamp)) !== sources) {
    say('Building …');
    const started = Date.now();
    await step(nodeBinary(), [path.join(projectRoot, 'build/bundle.mjs')], 'the build');
    await mkdir(path.dirname(buildStamp), { recursive: true });
    await writeFile(buildStamp, sources);
    say(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  } else if (!quiet) say('Everything is up to date.');
}

/** SHA-256 over the names and bytes of the files under `places`. */
async function fingerprint(/** @type {string[]} */ places) {
  const hash = createHash('sha256');
  for (const file of (await Promise.all(places.map(filesUnder))).flat().sort()) {
    hash.update(`${file}\0`).update(await readFile(path.join(projectRoot, file)));
  }
  return hash.digest('hex');
}

/** @returns {Promise<string[]>} */
async function filesUnder(/** @type {string} */ place) {
  const entries = await readdir(path.join(projectRoot, place), { withFileTypes: true }).catch(
    (error) => {
      if (error.code === 'ENOTDIR') return null;
      throw error;
    },
  );
  if (entries === null) return [place];
  const nested = await Promise.all(
    entries.map((entry) =>
      entry.isDirectory()
        ? filesUnder(path.join(place, entry.name))
        : [path.join(place, entry.name)],
    ),
  );
  return nested.flat();
}

async function readStamp(/** @type {string} */ file) {
  return readFile(file, 'utf8').catch(() => '');
}

/** Runs a command to its end, its output on stderr; throws with its name when it fails. */
function step(
  /** @type {string} */ command,
  /** @type {string[]} */ args,
  /** @type {string} */ name,
) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: projectRoot,
      stdio: ['ignore', process.stderr, process.stderr],
      shell: process.platform === 'win32',
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0
        ? resolve(undefined)
        : reject(new Error(`${name} failed (exit ${code}); its output is above.`)),
    );
  });
}

if (process.argv[1] === import.meta.filename) {
  setUp({ force: process.argv.includes('--force') }).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
}
