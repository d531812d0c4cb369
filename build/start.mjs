// `npm start`: makes the clone ready, then opens the workstation: its desktop window where there is
// a display and Electron can be had, its web shell elsewhere. `--desktop` insists on the window.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { electronBinary, FetchStamp, fetchElectron, hasDisplay } from './electron.mjs';
import { nodeBinary, projectRoot } from './project.mjs';
import { setUp } from './setup.mjs';

const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
/** A window that fails sooner than this never opened. */
const openedMs = 10_000;

/**
 * What this machine can open.
 * @param {{ display: boolean, binary: boolean, insist: boolean, triedBefore: boolean }} machine
 * @returns {'window' | 'fetch' | 'web' | 'no-display'}
 */
export function choose({ display, binary, insist, triedBefore }) {
  if (!display) return insist ? 'no-display' : 'web';
  if (binary) return 'window';
  return triedBefore && !insist ? 'web' : 'fetch';
}

/** Electron's binary, fetched if need be; nothing where the web shell is to be used. */
async function desktopBinary(/** @type {boolean} */ insist) {
  const stamp = new FetchStamp();
  const binary = electronBinary();
  const choice = choose({
    display: hasDisplay(),
    binary: binary !== undefined,
    insist,
    triedBefore: stamp.isSet(),
  });
  if (choice === 'window') return binary;
  if (choice === 'no-display')
    throw new Error(
      'There is no display here for a desktop window. `npm start` serves the workstation to a browser instead.',
    );
  if (choice === 'web') return undefined;
  say('Fetching the desktop window (Electron, about 120 MB, once) …');
  const failure = await fetchElectron();
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (failure === undefined) {
    stamp.clear();
    return electronBinary();
  }
  stamp.set(failure);
  if (insist)
    throw new Error(
      `The desktop window could not be fetched: ${failure}.\n` +
        'Connect to the internet and try again, or unpack Electron yourself and name its folder in\n' +
        'ELECTRON_OVERRIDE_DIST_PATH. `npm start` serves the workstation to a browser meanwhile.',
    );
  say(`It could not be fetched (${failure}): using the browser. \`npm run desktop\` tries again.`);
  return undefined;
}

/** Runs a program to its end, passing signals on; resolves to the exit code to hand back. */
function run(/** @type {string} */ command, /** @type {string[]} */ args) {
  return new Promise((resolve, reject) => {
    const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
    const child = spawn(command, args, {
      stdio: 'inherit',
      cwd: process.env.INIT_CWD ?? process.cwd(),
      env,
    });
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    const pass = (/** @type {NodeJS.Signals} */ signal) => {
      stopped = true;
      child.kill(signal);
    };
    for (const signal of signals) process.on(signal, pass);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const each of signals) process.off(each, pass);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/** Whether the person asked for the end. */
let stopped = false;

async function main() {
  const insist = process.argv.includes('--desktop');
  const args = process.argv.slice(2).filter((argument) => argument !== '--desktop');
  await setUp({ quiet: true });
  const binary = await desktopBinary(insist);
  if (binary) {
    const startedAt = Date.now();
    const code = await run(binary, [projectRoot, ...args]);
    const opened = code === 0 || stopped || Date.now() - startedAt > openedMs;
    if (opened || insist) return code;
    say(`The desktop window could not open (exit ${code}): using the browser.`);
  }
  const webShell = path.join(projectRoot, 'dist/web-shell.mjs');
  return run(nodeBinary(), ['--enable-source-maps', webShell, ...args]);
}

if (process.argv[1] === import.meta.filename) {
  main().then(
    (code) => process.exit(code),
    (error) => {
      say(error.message);
      process.exit(1);
    },
  );
}
