// Where the desktop window's program (Electron's binary) is, and how it is fetched. Like the set-up,
// this uses nothing but Node.
import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeBinary, projectRoot } from './project.mjs';

const fetchLimitMs = 90_000;

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
 * Has Electron's own installer fetch its binary, within a time limit. Resolves to why it failed, or
 * to nothing.
 * @returns {Promise<string | undefined>}
 */
export function fetchElectron(
  installer = path.join(projectRoot, 'node_modules/electron/install.js'),
  limitMs = fetchLimitMs,
) {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const child = spawn(nodeBinary(), [installer], {
      cwd: projectRoot,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let problem = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      problem += text;
    });
    const progress = setInterval(() => {
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      process.stderr.write(`  … ${seconds} s of at most ${limitMs / 1000} s\n`);
    }, 10_000);
    const limit = setTimeout(() => child.kill(), limitMs);
    const finish = (/** @type {string | undefined} */ failure) => {
      clearInterval(progress);
      clearTimeout(limit);
      resolve(failure);
    };
    child.once('error', (error) => finish(error.message));
    child.once('close', (code) => {
      if (code === 0) finish(undefined);
      else if (Date.now() - startedAt >= limitMs) finish(`not done after ${limitMs / 1000} s`);
      else finish(firstLine(problem) || `its installer failed (exit ${code})`);
    });
  });
}

/** An error's message, of the stack that a failing Node program prints. */
function firstLine(/** @type {string} */ text) {
  return text
    .trim()
    .split('\n', 1)[0]
    ?.replace(/^\w*Error: /, '');
}
