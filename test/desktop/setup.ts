import { type ChildProcess, spawn } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { bundleApp } from './electron22/bundle.mjs';
import { isPrepared } from './electron22/prepare.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The X display on which the windows open. */
    readonly display: string;
  }
}

/** Before the desktop tests: the product bundled for their Electron, and a display for its windows. */
export async function setup(project: TestProject): Promise<(() => void) | undefined> {
  if (!isPrepared()) return undefined;
  await bundleApp();
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] },
  );
  project.provide('display', `:${await chosenNumber(server)}`);
  return () => server.kill();
}

function chosenNumber(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.stdio[3]?.once('data', (text: Buffer) => resolve(String(text).trim()));
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended (exit ${code}).`)));
  });
}
