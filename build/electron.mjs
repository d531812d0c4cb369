// Where the desktop window's program (Electron's binary) is, and how it is fetched. Like the set-up,
// this uses nothing but Node.
import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeBinary, projectRoot } from './project.mjs';

/** Whether a window can be opened here. */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** Electron's binary, if it is on this machine. */
export function electronBinary(
  env = process.env,
  platform = process.platform,
  packageFolder = path.join(projectRoot, 'node_modules/electron'),
) {
  const name =
    platform === 'darwin'
      ? 'Electron.app/Contents/MacOS/Electron'
      : platform === 'win32'
        ? 'electron.exe'
        : 'electron';
  const folder = env.ELECTRON_OVERRIDE_DIST_PATH || path.join(packageFolder, 'dist');
  // The installer writes path.txt last: without it, what is there may be half of an archive.
  const whole = env.ELECTRON_OVERRIDE_DIST_PATH || existsSync(path.join(packageFolder, 'path.txt'));
  const binary = path.join(folder, name);
  return whole && existsSync(binary) ? binary : undefined;
}

/** Remembers, beside the packages, that Electron could not be had; `npm ci` forgets it. */
export class FetchStamp {
  #file;
  constructor(file = path.join(projectRoot, 'node_modules/.dermaspike-electron-unavailable')) {
    this.#file = file;
  }
  isSet() {
    return existsSync(this.#file);
  }
  set(/** @type {string} */ reason) {
    writeFileSync(this.#file, `${reason}\n`);
  }
  clear() {
    rmSync(this.#file, { force: true });
  }
}

/**
 * Fetches Electron's binary and has its own installer unpack it. Resolves to why it failed, or to
 * nothing. Given up when nothing arrives for `stallMs`.
 * @param {{ electronFolder?: string, stallMs?: number, onProgress?: (line: string) => void }} [options]
 * @returns {Promise<string | undefined>}
 */
export async function fetchElectron({
  electronFolder = path.join(projectRoot, 'node_modules/electron'),
  stallMs = 60_000,
  onProgress = showProgress,
} = {}) {
  const fetcher = path.join(projectRoot, 'build/fetch-electron.mjs');
  return (
    (await runStep([fetcher, electronFolder], stallMs, onProgress)) ??
    (await runStep([path.join(electronFolder, 'install.js')], stallMs, onProgress))
  );
}

/**
 * Runs a Node program that says how far it is: `<bytes> <bytes in all>`, a line each.
 * @returns {Promise<string | undefined>} why it failed
 */
function runStep(
  /** @type {string[]} */ args,
  /** @type {number} */ stallMs,
  /** @type {(line: string) => void} */ onProgress,
) {
  return new Promise((resolve) => {
    const child = spawn(nodeBinary(), args, {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let problem = '';
    let hasStalled = false;
    const stall = setTimeout(() => {
      hasStalled = true;
      child.kill();
    }, stallMs);
    child.stderr.setEncoding('utf8').on('data', (text) => {
      problem += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stall.refresh();
      const [done = 0, total = 0] = text.trim().split('\n').at(-1).split(' ').map(Number);
      if (done > 0) onProgress(progressLine(done, total));
    });
    const finish = (/** @type {string | undefined} */ failure) => {
      clearTimeout(stall);
      resolve(failure);
    };
    child.once('error', (error) => finish(error.message));
    child.once('close', (code) => {
      if (code === 0) finish(undefined);
      else if (hasStalled) finish(`nothing arrived for ${stallMs / 1000} s`);
      else finish(firstLine(problem) || `its installer failed (exit ${code})`);
    });
  });
}

function progressLine(/** @type {number} */ done, /** @type {number} */ total) {
  const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(0);
  return total > 0
    ? `${Math.floor((100 * done) / total)} % of ${megabytes(total)} MB`
    : `${megabytes(done)} MB`;
}

/** One line that moves on in a terminal; elsewhere a line now and then. */
function showProgress(/** @type {string} */ line) {
  if (process.stderr.isTTY) process.stderr.write(`\r  ${line}\u001b[K`);
  else if (/^\d?0 %/.test(line)) process.stderr.write(`  ${line}\n`);
}

/** An error's message, of the stack that a failing Node program prints. */
function firstLine(/** @type {string} */ text) {
  return text
    .trim()
    .split('\n', 1)[0]
    ?.replace(/^\w*Error: /, '');
}
