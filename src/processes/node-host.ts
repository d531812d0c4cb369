import { type ChildProcess, fork } from 'node:child_process';
import { launchOf } from './confinement.ts';
import { distFile } from './dist.ts';
import { environmentOf } from './environment.ts';
import type { HostedProcess, ProcessHost, ProcessName } from './host.ts';
import type { Link } from './link.ts';
import { answerPulse } from './pulse.ts';

/** Which program of `dist/` a process runs: the decoder is one with its codecs in WebAssembly. */
const programs: Readonly<Record<ProcessName, string>> = {
  station: 'station.mjs',
  bridge: 'bridge.mjs',
  decoder: 'desktop-decoder.mjs',
  'virtual-device': 'virtual-device.mjs',
};

/** Hosts the product's processes as child processes of this Node, linked over structured IPC. */
export class NodeHost implements ProcessHost {
  readonly #env: NodeJS.ProcessEnv;
  readonly #fileOf: (name: ProcessName) => string;

  /**
   * @param env Of it the processes see what `environmentOf` lets through.
   * @param fileOf The bundle that each runs.
   */
  constructor(
    env: NodeJS.ProcessEnv = process.env,
    fileOf = (name: ProcessName) => distFile(programs[name]),
  ) {
    this.#env = env;
    this.#fileOf = fileOf;
  }

  spawn(name: ProcessName, args: readonly string[] = []): HostedProcess {
    const options = ['--enable-source-maps', '--disable-warning=ExperimentalWarning'];
    const { execPath, execArgv } = launchOf(name, options);
    const child = fork(this.#fileOf(name), args, {
      serialization: 'advanced',
      execPath,
      execArgv: [...execArgv],
      env: environmentOf(name, this.#env),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.once('error', () => resolve({ code: null, signal: null }));
    });
    return { pid: child.pid, link: childLink(child), exited, kill: () => child.kill('SIGKILL') };
  }
}

/** A parent's link to a forked child. */
function childLink(child: ChildProcess): Link {
  return {
    send: (message) => {
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (listener) => child.on('message', listener),
    onClose: (listener) => child.once('disconnect', listener),
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/**
 * This process's link to the parent that forked it. Ends the process when the parent is gone, after
 * the link's close listeners have run (they may close a database). An interrupt from the terminal
 * is the parent's to act on.
 */
export function nodeParentLink(): Link {
  process.once('disconnect', () => setImmediate(() => process.exit(0)));
  process.on('SIGINT', () => {});
  return answerPulse({
    send: (message) => {
      if (process.connected) process.send?.(message, () => {});
    },
    onMessage: (listener) => process.on('message', listener),
    onClose: (listener) => process.once('disconnect', listener),
    close: () => {
      if (process.connected) process.disconnect();
    },
  });
}
