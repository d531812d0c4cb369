import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, afterEach, expect, inject } from 'vitest';
import { appFolder, electronBinary } from './electron22/places.mjs';

declare module 'vitest' {
  interface TaskMeta {
    /** What a step measured, in words. */
    detail?: string;
  }
}

/** A computer's user, with a home and a clinic's data folder of their own. */
export class Person {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-desktop-'));
  readonly dataFolder = path.join(this.folder, 'data');

  /** What the program sees of this person's environment. */
  env(): Record<string, string> {
    const home = path.join(this.folder, 'home');
    mkdirSync(home, { recursive: true });
    return {
      PATH: process.env.PATH ?? '',
      LANG: 'C.UTF-8',
      HOME: home,
      XDG_CONFIG_HOME: path.join(home, '.config'),
      XDG_CACHE_HOME: path.join(home, '.cache'),
      DISPLAY: inject('display'),
      DERMASPIKE_ELECTRON: electronBinary,
    };
  }

  /** The program's arguments, the way `npm start` gives them. */
  readonly args = [appFolder, '--data', this.dataFolder];

  leave(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What all programs of this file's tests have written, and their windows. */
const logs: (() => string)[] = [];
const pages: Page[] = [];

// Why a step failed: what stands on the screen, and what the program wrote last. No patient is real.
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  const screen = await pages.at(-1)?.innerText('body', { timeout: 1_000 }).catch(String);
  const log = logs.at(-1)?.().split('\n').slice(-15).join('\n');
  process.stderr.write(`── On the screen\n${screen}\n── Written\n${log}\n`);
});

// Two GLibs in one process: sooner or later a crash.
afterAll(() => {
  for (const log of logs) expect(log()).not.toMatch(/GLib/);
});

/** Runs the older Electron as an ordinary user, in the sandbox. */
export const runAsUser = path.join(import.meta.dirname, 'electron22/run-as-user.sh');

/** The running program, its window, and what became of them. */
export interface Desktop {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Everything that its processes wrote. */
  log(): string;
  /** What the page's console called an error. */
  readonly pageErrors: readonly string[];
  /** The process numbers of what runs, by name: `station`, `bridge`, `decoder`, and Chromium's. */
  processes(): Promise<ReadonlyMap<string, number>>;
  /** Quits as from the menu. */
  quit(): Promise<void>;
}

/** Starts the program and waits for its window. */
export async function openDesktop(
  person: Person,
  { args = [], env = {} }: { args?: readonly string[]; env?: Record<string, string> } = {},
): Promise<Desktop> {
  const app = await _electron.launch({
    executablePath: runAsUser,
    args: [...person.args, ...args],
    env: { ...person.env(), ...env },
    chromiumSandbox: true,
    timeout: 180_000,
  });
  const log = logOf(app.process());
  const page = await app.firstWindow({ timeout: 120_000 }).catch((error: Error) => {
    app.process().kill('SIGKILL');
    throw new Error(`${error.message}\n${log()}`);
  });
  page.setDefaultTimeout(60_000);
  pages.push(page);
  const pageErrors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  page.on('pageerror', (error) => pageErrors.push(error.message));
  return { app, page, log, pageErrors, processes: () => processesOf(app), quit: () => app.close() };
}

/** Starts a program without looking into it; ends with its exit code and all that it wrote. */
export async function runDesktop(
  person: Person,
  { args = person.args, env = {} }: { args?: readonly string[]; env?: Record<string, string> } = {},
): Promise<{ code: number | null; log: string }> {
  const child = spawn(runAsUser, args, { env: { ...person.env(), ...env } });
  const log = logOf(child);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  return { code, log: log() };
}

/** A program that runs by itself: nothing looks into it but the keyboard. */
export interface Alone {
  /** Of the program, or of what starts it. */
  readonly pid: number;
  readonly ended: Promise<number | null>;
  log(): string;
  /** Presses keys in its window, as `xdotool key` names them; waits for the window to be there. */
  press(...keys: readonly string[]): Promise<void>;
  /** Quits it by the keyboard, again until it does: a key that comes too early is lost. */
  quit(): Promise<void>;
  kill(): void;
}

/** Starts a packaged program as an ordinary user, as its menu entry would, or any other one. */
export function startAlone(
  person: Person,
  {
    binary,
    program = runAsUser,
    args,
    env = {},
  }: { binary?: string; program?: string; args: readonly string[]; env?: NodeJS.ProcessEnv },
): Alone {
  const own = { ...person.env(), ...(binary && { DERMASPIKE_ELECTRON: binary }), ...env };
  const child = spawn(program, args, { env: own, detached: true });
  const xdotool = (...args: string[]) =>
    promisify(execFile)('xdotool', args, { env: own, timeout: 60_000 });
  const press = async (...keys: readonly string[]) => {
    await xdotool('search', '--sync', '--onlyvisible', '--name', '^Dermaspike', 'windowfocus');
    for (const key of keys) await xdotool('key', '--delay', '80', key);
  };
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const quit = async () => {
    const isEnded = ended.then(() => true);
    do await Promise.race([press('ctrl+q').catch(() => {}), ended]);
    while (!(await Promise.race([isEnded, pause(1_000, false)])));
  };
  return {
    pid: child.pid ?? 0,
    ended,
    log: logOf(child),
    press,
    quit,
    kill: () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    },
  };
}

function logOf({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  for (const stream of [stdout, stderr])
    stream?.on('data', (chunk: Buffer) => {
      text += chunk;
    });
  logs.push(() => text);
  return () => text;
}

async function processesOf(app: ElectronApplication): Promise<ReadonlyMap<string, number>> {
  const metrics = await app.evaluate(({ app }) =>
    app.getAppMetrics().map(({ pid, type, name }) => ({ pid, name: name ?? type })),
  );
  return new Map(metrics.map(({ pid, name }) => [name.replace(/^Dermaspike /, ''), pid]));
}
