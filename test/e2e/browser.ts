import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decode } from '@msgpack/msgpack';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { distFile } from '../../src/processes/dist.ts';
import { descendants } from '../process-memory.ts';
import { chromiumPath } from '../requirements.ts';

/** The product as a person has it without Electron: the web shell, and a browser at its link. */
export interface Workstation {
  readonly page: Page;
  /** By which the page was let in. */
  readonly link: string;
  /** Where the clinics lie. */
  readonly dataFolder: string;
  /** Ends the station at once, as a crash would. The web shell starts another one. */
  killStation(): void;
  /** What the page asked of anything but the web shell. */
  readonly strayRequests: readonly string[];
  /** What the page asked of the station that its user may not, and where. */
  readonly notAllowed: readonly string[];
  /** What the page's console called an error. */
  readonly consoleErrors: readonly string[];
  close(): Promise<void>;
}

/** What of a message between page and station tells who may do what. */
function messageOf(payload: string | Buffer): {
  id?: unknown;
  name?: string;
  error?: { code: string };
} {
  return typeof payload === 'string' ? {} : (decode(payload) as ReturnType<typeof messageOf>);
}

/** @param prepare is given the data folder before anything is started. */
export async function openWorkstation(
  prepare: (dataFolder: string) => Promise<unknown> = async () => {},
): Promise<Workstation> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-e2e-'));
  await prepare(path.join(folder, 'data'));
  const shell = spawn(
    process.execPath,
    [distFile('web-shell.mjs'), '--no-open', '--data', path.join(folder, 'data')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const link = await printedLink(shell);
  const context = await launch(path.join(folder, 'browser'));
  const page = context.pages()[0] ?? (await context.newPage());
  const strayRequests: string[] = [];
  const consoleErrors: string[] = [];
  const notAllowed: string[] = [];
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== 'blob:' && protocol !== 'data:' && host !== new URL(link).host)
      strayRequests.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') consoleErrors.push(message.text());
  });
  page.on('websocket', (socket) => {
    const asked = new Map<unknown, string>();
    socket.on('framesent', ({ payload }) => {
      const { id, name } = messageOf(payload);
      if (name) asked.set(id, name);
    });
    socket.on('framereceived', ({ payload }) => {
      const { id, error } = messageOf(payload);
      if (error?.code === 'not-allowed') notAllowed.push(`${asked.get(id)} at ${page.url()}`);
    });
  });
  page.on('pageerror', (error) => consoleErrors.push(error.message));
  await page.goto(link);
  return {
    page,
    link,
    dataFolder: path.join(folder, 'data'),
    strayRequests,
    notAllowed,
    consoleErrors,
    killStation: () => process.kill(descendantOf(shell, 'station.mjs'), 'SIGKILL'),
    close: async () => {
      await context.close();
      const ended = new Promise((resolve) => shell.once('exit', resolve));
      shell.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A fresh browser that makes no connection of its own. */
function launch(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    viewport: { width: 1440, height: 900 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

function printedLink(shell: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    shell.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
      const link = output.match(/http:\/\/127\.0\.0\.1:\d+\S*/)?.[0];
      if (link) resolve(link);
    });
    shell.once('exit', (code) =>
      reject(new Error(`The web shell ended (exit ${code}): ${output}`)),
    );
  });
}

/** The process that runs a program of the product's, among those that one has started. */
function descendantOf(parent: ChildProcess, program: string): number {
  const found = descendants(parent.pid ?? 0).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program),
  );
  if (found !== undefined) return found;
  throw new Error(`The web shell has started no ${program}.`);
}
