import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { distFile } from '../processes/dist.ts';
import type { KeptAdmissions } from './admissions.ts';
import { fromRelay, type ToRelay } from './relay-messages.ts';

/** One that failed is started again so much later. */
const againMs = 1000;

interface RelayEvents {
  link(link: string): void;
  letIn(): void;
  /** It was stopped, or cannot be started. */
  ended(code: number): void;
}

/**
 * The process that serves the pages and passes messages on, and the next one when it ends. Links and who was let in
 * live here: they are nobody's records.
 */
export class Relay {
  readonly #port: number;
  readonly #events: RelayEvents;
  #admissions: KeptAdmissions | undefined;
  #child: ChildProcess;
  #isStopping = false;

  constructor(port: number, events: RelayEvents) {
    this.#port = port;
    this.#events = events;
    this.#child = this.#start();
  }

  /** Hands a connection over of which nothing was read. */
  take(socket: Socket): void {
    socket.on('error', () => {});
    this.#send({ type: 'socket' }, socket);
  }

  askForLink(): void {
    this.#send({ type: 'new-link' });
  }

  /** A second time it ends at once. */
  stop(): void {
    this.#isStopping = true;
    this.#send({ type: 'stop' });
  }

  #start(): ChildProcess {
    const child = fork(distFile('web-relay.mjs'), {
      execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    let isRetired = false;
    child.on('message', (raw) => {
      const message = fromRelay.parse(raw);
      if (message.type === 'link') this.#events.link(message.link);
      else if (message.type === 'let-in') this.#events.letIn();
      else if (message.type === 'admissions') this.#admissions = message.kept;
      else if (message.type === 'gave-up') {
        process.stderr.write('Install Dermaspike again; the records stay where they are.\n');
        this.#events.ended(1);
      } else {
        isRetired = true;
        child.kill('SIGKILL');
        this.#start();
      }
    });
    child.once('exit', (code, signal) => {
      if (this.#isStopping) return this.#events.ended(code ?? 1);
      if (isRetired) return;
      // Where it never served, it said why.
      if (!this.#admissions) return this.#events.ended(1);
      process.stderr.write(
        `The web pages stopped (${signal ?? `exit ${code}`}); starting again.\n`,
      );
      setTimeout(() => this.#start(), againMs);
    });
    const admissions = this.#admissions;
    this.#send({ type: 'serve', port: this.#port, ...(admissions && { admissions }) });
    return child;
  }

  #send(message: ToRelay, socket?: Socket): void {
    if (this.#child.connected) this.#child.send(message, socket, () => {});
    else socket?.destroy();
  }
}
