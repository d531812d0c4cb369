// Runs a program of the product as if it were in one of Electron's utility processes.
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { PortFrame } from './process-electron.ts';

class CarriedPort extends EventEmitter {
  readonly #number: number;
  readonly #waiting: unknown[] = [];
  #started = false;
  constructor(number: number) {
    super();
    this.#number = number;
  }
  postMessage(data: unknown): void {
    process.send?.({ port: this.#number, data } satisfies PortFrame);
  }
  start(): void {
    this.#started = true;
    for (const event of this.#waiting.splice(0)) this.emit('message', event);
  }
  close(): void {
    process.send?.({ port: this.#number, closed: true } satisfies PortFrame);
  }
  arrive(event: unknown): void {
    if (this.#started) this.emit('message', event);
    else this.#waiting.push(event);
  }
}

const parentPort = new CarriedPort(0);
const ports = new Map([[0, parentPort]]);
parentPort.on('newListener', () => queueMicrotask(() => parentPort.start()));

process.on('message', ({ port, data, transferred = [], closed }: PortFrame) => {
  const arrived = transferred.map((number) => new CarriedPort(number));
  transferred.forEach((number, index) => {
    const carried = arrived[index];
    if (carried) ports.set(number, carried);
  });
  if (closed) ports.get(port)?.emit('close');
  else ports.get(port)?.arrive({ data, ports: arrived });
});
process.once('disconnect', () => process.exit(0));

const [, , program = '', ...args] = process.argv;
process.argv = [process.argv[0] ?? '', program, ...args];
Object.assign(process, { parentPort });
await import(pathToFileURL(program).href);
