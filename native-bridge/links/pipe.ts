import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { awayFromNetwork } from '../../src/processes/confinement.ts';
import { BaseLink } from './base-link.ts';
import type { ByteLink } from './link.ts';

export interface PipeCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** It reaches no other machine, nor a socket of this one, where the system lets a user arrange that. */
  readonly withoutNetwork?: boolean;
}

/** Variables that would change how the other program runs, or attach a debugger to it. */
const dangerousVariables = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'PYTHONSTARTUP', 'PYTHONINSPECT'];

/**
 * Starts a program that speaks the wire on its standard input and output. Its standard error is
 * this process's. The link closes when the program ends, and ends the program when it is closed.
 */
export function openPipe(command: PipeCommand): ByteLink {
  const { program, args, env = process.env, withoutNetwork = false } = command;
  const cleanEnv = { ...env };
  for (const variable of dangerousVariables) delete cleanEnv[variable];
  const [started = program, ...startedArgs] = withoutNetwork
    ? awayFromNetwork([program, ...args])
    : [program, ...args];
  const child = spawn(started, startedArgs, { env: cleanEnv, stdio: ['pipe', 'pipe', 'inherit'] });
  const link = new PipeLink(child.stdout, child.stdin, () => child.kill('SIGKILL'));
  child.once('error', (error) =>
    link.end(`the program ${program} did not start: ${error.message}`),
  );
  // Not "exit": what the program wrote last is read first.
  child.once('close', (code, signal) =>
    link.end(`the program ${program} ended with ${signal ?? `code ${code}`}`),
  );
  // A program that has ended does not read: "close" tells.
  child.stdin.on('error', () => {});
  return link;
}

/** This process's end of such a pipe. */
export function ownPipe(): ByteLink {
  const { stdin, stdout } = process;
  const link = new PipeLink(stdin, stdout, () => stdin.destroy());
  const gone = () => link.end('the other side is gone');
  stdin.once('close', gone);
  stdin.once('error', gone);
  stdout.on('error', gone);
  return link;
}

class PipeLink extends BaseLink {
  readonly #writable: Writable;
  protected readonly release: () => void;

  constructor(readable: Readable, writable: Writable, release: () => void) {
    super();
    this.#writable = writable;
    this.release = release;
    readable.on('data', (bytes: Buffer) => this.receive(bytes));
  }

  write(bytes: Uint8Array): void {
    if (!this.isClosed) this.#writable.write(bytes);
  }

  override end(reason: string): void {
    super.end(reason);
  }
}
