import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { type FakePort, MessageChannelMain } from './fake-electron.ts';

/**
 * Electron's utility processes, played by real child processes: `utility-boot.ts` gives each a
 * `process.parentPort`, and the ports transferred to it are carried over the child's one channel.
 */
export { MessageChannelMain };

/** What crosses the channel; port 0 is `parentPort`. */
export interface PortFrame {
  readonly port: number;
  readonly data?: unknown;
  /** The numbers of the ports that came with the message. */
  readonly transferred?: readonly number[];
  readonly closed?: boolean;
}

class ProcessUtility extends EventEmitter {
  readonly #child: ChildProcess;
  readonly #ports = new Map<number, FakePort>();
  #nextPort = 1;
  #ended = false;

  constructor(file: string, args: readonly string[], options: { env: NodeJS.ProcessEnv }) {
    super();
    const boot = path.join(import.meta.dirname, 'utility-boot.ts');
    this.#child = fork(boot, [file, ...args], {
      env: options.env,
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#child.once('spawn', () => this.emit('spawn'));
    this.#child.on('message', (frame: PortFrame) => this.#receive(frame));
    this.#child.once('exit', (code) => {
      this.#ended = true;
      for (const port of this.#ports.values()) port.close();
      this.emit('exit', code ?? 0);
    });
  }

  get pid(): number | undefined {
    return this.#ended ? undefined : this.#child.pid;
  }

  kill(): void {
    this.#child.kill();
  }

  postMessage(data: unknown, ports: readonly FakePort[] = []): void {
    const transferred = ports.map((port) => this.#carry(port));
    this.#send({ port: 0, data, transferred });
  }

  #carry(port: FakePort): number {
    const number = this.#nextPort++;
    this.#ports.set(number, port);
    port.on('message', ({ data }) => this.#send({ port: number, data }));
    port.on('close', () => this.#send({ port: number, closed: true }));
    port.start();
    return number;
  }

  #send(frame: PortFrame): void {
    if (this.#child.connected) this.#child.send(frame, () => {});
  }

  #receive({ port, data, closed }: PortFrame): void {
    if (port === 0) this.emit('message', data);
    else if (closed) this.#ports.get(port)?.close();
    else this.#ports.get(port)?.postMessage(data);
  }
}

export const utilityProcess = {
  fork: (file: string, args: string[], options: { env: NodeJS.ProcessEnv }) =>
    new ProcessUtility(file, args, options),
};
