import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { distFile } from '../../src/processes/dist.ts';
import { type Network, type PreparedProgram, readNetwork } from '../../src/snn/index.ts';

/** A network, and what its engine was made of where that was kept. */
export interface OpenedNetwork {
  readonly network: Network;
  readonly prepared: PreparedProgram | undefined;
}

/** After 32 bytes with the SHA-256 of the rest, serialized by V8. */
interface Kept {
  readonly format: typeof format;
  /** The sources that the program was built from. */
  readonly builtFrom: string;
  /** Of the network's file. */
  readonly sha256: string;
  readonly program: PreparedProgram;
}

const format = 'dermaspike-prepared-1';
const digestBytes = 32;
/** The last networks to be kept. */
const most = 4;

/**
 * The networks that this build of the program has read before, as it made them: reading one back takes
 * a quarter of the time that reading, checking and packing its file does. They lie in `dist/`, beside
 * the program that they are part of: who may change one may change the program. One that is absent,
 * damaged, of another build, runtime or file is made again from the network's file.
 */
export class PreparedNetworks {
  readonly #folder: string;
  readonly #builtFrom: string | undefined;

  constructor(folder = distFile('prepared'), stampFile = distFile('.built-from')) {
    this.#folder = folder;
    this.#builtFrom = readIfThere(stampFile)?.toString('utf8');
  }

  /** Throws SnnError for a file that the importer refuses. */
  open(file: Uint8Array): OpenedNetwork {
    const sha256 = digestOf(file).toString('hex');
    const program = this.#find(sha256);
    return program
      ? { network: program.plan.network, prepared: program }
      : { network: readNetwork(file), prepared: undefined };
  }

  /** Keeps what an engine was made of, where this folder can be written to. */
  keep(program: PreparedProgram): void {
    if (this.#builtFrom === undefined) return;
    const { sha256 } = program.plan.network;
    const kept: Kept = { format, builtFrom: this.#builtFrom, sha256, program };
    const content = serialize(kept);
    const partial = this.#file(`${sha256}.${process.pid}-${performance.now()}`);
    try {
      mkdirSync(this.#folder, { recursive: true });
    } catch {
      return; // An installed program's folder is not written to: its networks are read from their files.
    }
    try {
      writeFileSync(partial, Buffer.concat([digestOf(content), content]));
      renameSync(partial, this.#file(sha256));
      this.#removeOldest();
    } catch {
      rmSync(partial, { force: true }); // The disk is full.
    }
  }

  #removeOldest(): void {
    const files = readdirSync(this.#folder).map((name) => path.join(this.#folder, name));
    const writtenAt = new Map(files.map((file) => [file, statSync(file).mtimeMs]));
    const byAge = files.toSorted((a, b) => (writtenAt.get(b) ?? 0) - (writtenAt.get(a) ?? 0));
    for (const file of byAge.slice(most)) rmSync(file, { force: true });
  }

  #find(sha256: string): PreparedProgram | undefined {
    const bytes = this.#builtFrom === undefined ? undefined : readIfThere(this.#file(sha256));
    if (!bytes) return undefined;
    const content = bytes.subarray(digestBytes);
    if (!digestOf(content).equals(bytes.subarray(0, digestBytes))) return undefined;
    try {
      const kept = deserialize(content) as Kept;
      const isOurs = kept.format === format && kept.builtFrom === this.#builtFrom;
      return isOurs && kept.sha256 === sha256 ? kept.program : undefined;
    } catch {
      return undefined; // Written by a newer V8.
    }
  }

  #file(name: string): string {
    return path.join(this.#folder, `${name}.bin`);
  }
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
