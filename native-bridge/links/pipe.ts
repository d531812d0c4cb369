import { spawn } from 'node:child_process';
import type { ByteLink } from './link.ts';

export interface PipeCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Variables that would change how the other program runs, or attach a debugger to it. */
const dangerousVariables = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'PYTHONSTARTUP', 'PYTHONINSPECT'];

/**
 * Starts a program that speaks the wire on its standard input and output. Its standard error is
 * this process's. The link closes when the program ends, and ends the program when it is closed.
 */
export function openPipe({ program, args, env = process.env }: PipeCommand): ByteLink {
  const cleanEnv = { ...env };
  for (const variable of dangerousVariables) delete cleanEnv[variable];
  const child = spawn(program, args, { env: cleanEnv, stdio: ['pipe', 'pipe', 'inherit'] });
  const closeListeners: ((reason: string) => void)[] = [];
  let isClosed = false;
  const end = (reason: string) => {
    if (isClosed) return;
    isClosed = true;
    child.kill('SIGKILL');
    for (const listener of closeListeners) listener(reason);
  };
  child.once('error', (error) => end(`the program ${program} did not start: ${error.message}`));
  // Not "exit": what the program wrote last is read first.
  child.once('close', (code, signal) =>
    end(`the program ${program} ended with ${signal ?? `code ${code}`}`),
  );
  // A program that has ended does not read: "close" tells.
  child.stdin.on('error', () => {});
  return {
    write: (bytes) => {
      if (!isClosed) child.stdin.write(bytes);
    },
    onBytes: (listener) => {
      child.stdout.on('data', (bytes: Buffer) => {
        if (!isClosed) listener(bytes);
      });
    },
    onClose: (listener) => {
      closeListeners.push(listener);
    },
    close: () => end('it was closed on this side'),
  };
}

/** This process's end of such a pipe. */
export function ownPipe(): ByteLink {
  const { stdin, stdout } = process;
  const closeListeners: ((reason: string) => void)[] = [];
  let isClosed = false;
  const end = (reason: string) => {
    if (isClosed) return;
    isClosed = true;
    stdin.destroy();
    for (const listener of closeListeners) listener(reason);
  };
  stdin.once('close', () => end('the other side is gone'));
  stdin.once('error', () => end('the other side is gone'));
  stdout.on('error', () => end('the other side is gone'));
  return {
    write: (bytes) => {
      if (!isClosed) stdout.write(bytes);
    },
    onBytes: (listener) => {
      stdin.on('data', (bytes: Buffer) => {
        if (!isClosed) listener(bytes);
      });
    },
    onClose: (listener) => {
      closeListeners.push(listener);
    },
    close: () => end('it was closed on this side'),
  };
}
