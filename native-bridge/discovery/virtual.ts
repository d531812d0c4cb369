import { distFile } from '../../src/processes/dist.ts';
import type { ProcessHost } from '../../src/processes/host.ts';
import { openHosted } from '../links/hosted.ts';
import { openPipe } from '../links/pipe.ts';
import { demoAcceleratorId } from '../shared/contract.ts';
import type { Candidate, Discovery, Findings } from './discovery.ts';

/**
 * A virtual accelerator, which is the command line at the other end of a pipe: where this runs on Node.
 * @param options of the command `virtual-device`.
 */
export function virtualCandidate(options: readonly string[]): Candidate {
  return {
    id: 'pipe:virtual',
    link: 'pipe',
    label: 'Virtual accelerator',
    open: async () =>
      openPipe({
        program: process.execPath,
        args: [distFile('cli.mjs'), 'virtual-device', ...options],
      }),
  };
}

/** Where such an accelerator always is. */
export function virtualDiscovery(options: readonly string[]): Discovery {
  return {
    find: async () => ({ candidates: [virtualCandidate(options)], obstacles: [] }),
    onChange: () => () => {},
  };
}

/** Where such an accelerator is while the demo clinic is open. */
export class DemoDiscovery implements Discovery {
  readonly #listeners = new Set<() => void>();
  readonly #candidate: Candidate;
  #isOpen = false;

  /** @param host starts the process that such an accelerator is. */
  constructor(host: ProcessHost) {
    this.#candidate = {
      id: 'pipe:demo',
      link: 'pipe',
      label: 'Virtual accelerator',
      acceleratorId: demoAcceleratorId,
      isWanted: () => this.#isOpen,
      open: async () => openHosted(host.spawn('virtual-device', ['demo'])),
    };
  }

  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    for (const listener of this.#listeners) listener();
  }

  async find(): Promise<Findings> {
    return { candidates: this.#isOpen ? [this.#candidate] : [], obstacles: [] };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
