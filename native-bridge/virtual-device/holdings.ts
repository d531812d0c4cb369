import { createHash } from 'node:crypto';
import { createEngine, type Engine, readNetwork, SnnError } from '../../src/snn/index.ts';
import { WireError } from '../wire/errors.ts';
import type { LoadBegin, LoadChunk, LoadedNetwork, LoadOffer } from '../wire/messages.ts';

interface Transfer {
  readonly id: number;
  readonly sha256: string;
  readonly file: Uint8Array;
  held: number;
}

/** The virtual device's memory: networks that run, and the one that is being sent. */
export class Holdings {
  readonly #memoryBytes: number;
  readonly #engines = new Map<string, Engine>();
  readonly #sizes = new Map<string, number>();
  #transfer: Transfer | undefined;
  #lastTransferId = 0;

  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes;
  }

  get engines(): Iterable<Engine> {
    return this.#engines.values();
  }

  /** @throws WireError `network-unknown` */
  engine(sha256: Uint8Array): Engine {
    const engine = this.#engines.get(hex(sha256));
    if (!engine)
      throw new WireError('network-unknown', `No network with SHA-256 ${hex(sha256)} is loaded.`);
    return engine;
  }

  /** A file that is here, whole or in part, is not asked for again. */
  begin({ sha256, sizeBytes }: LoadBegin): LoadOffer {
    const name = hex(sha256);
    const ready = this.#sizes.get(name);
    if (ready !== undefined) return { transferId: ++this.#lastTransferId, offset: ready };
    if (this.#transfer?.sha256 !== name || this.#transfer.file.length !== sizeBytes) {
      this.#transfer = undefined;
      const used = [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
      if (sizeBytes > this.#memoryBytes - used)
        throw new WireError(
          'out-of-memory',
          `The network has ${sizeBytes} bytes; ${this.#memoryBytes - used} are free.`,
        );
      const file = new Uint8Array(sizeBytes);
      this.#transfer = { id: ++this.#lastTransferId, sha256: name, file, held: 0 };
    }
    return { transferId: this.#transfer.id, offset: this.#transfer.held };
  }

  /** A chunk that is already here is acknowledged once more. Returns what is held. */
  chunk({ transferId, offset, bytes }: LoadChunk): number {
    const transfer = this.#transfer;
    if (transfer?.id !== transferId)
      throw new WireError('transfer-unknown', `There is no transfer ${transferId}.`);
    const end = offset + bytes.length;
    if (offset > transfer.held || end > transfer.file.length)
      throw new WireError(
        'transfer-out-of-order',
        `Bytes ${offset} to ${end} do not follow the ${transfer.held} that are here.`,
      );
    transfer.file.set(bytes, offset);
    transfer.held = Math.max(transfer.held, end);
    return end;
  }

  commit(sha256: Uint8Array): LoadedNetwork {
    const name = hex(sha256);
    const ready = this.#engines.get(name);
    if (ready) return describe(ready);
    const transfer = this.#transfer;
    if (transfer?.sha256 !== name || transfer.held < transfer.file.length)
      throw new WireError('transfer-unknown', `The file ${name} is not here as a whole.`);
    this.#transfer = undefined;
    const actual = createHash('sha256').update(transfer.file).digest('hex');
    if (actual !== name)
      throw new WireError('network-damaged', `The file arrived with SHA-256 ${actual}.`);
    const engine = build(transfer.file);
    const info = describe(engine);
    this.#engines.set(name, engine);
    this.#sizes.set(name, transfer.file.length);
    return info;
  }
}

function build(file: Uint8Array): Engine {
  try {
    return createEngine('simd', readNetwork(file));
  } catch (error) {
    if (error instanceof SnnError) throw new WireError('network-invalid', error.message);
    throw error;
  }
}

function describe({ network }: Engine): LoadedNetwork {
  const [channels, height, width] = network.input.shape;
  const [spikes, rows, columns] = network.tensors[network.spikeTensor]?.shape ?? [0, 0, 0];
  return {
    inputShape: [channels, height, width],
    spikeCount: spikes * rows * columns,
    macs: network.macs,
  };
}

function hex(sha256: Uint8Array): string {
  return Buffer.from(sha256).toString('hex');
}
