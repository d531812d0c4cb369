import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { pageBytes } from '../connection.ts';
import { writeDurably } from '../durable-file.ts';
import { blockOfPage } from './manifest.ts';

/** Media that are used in turn have a newest backup each. */
const keptBases = 4;

const kept = z.object({
  /** Which state of the database it speaks of. */
  commits: z.int(),
  bases: z.array(z.object({ id: z.uuid(), wholeAt: z.iso.datetime(), blocks: z.array(z.int()) })),
  mac: z.base64(),
});
type Kept = Omit<z.infer<typeof kept>, 'mac'>;

/** The blocks that are written from now on. */
export interface Watched {
  /** Those since it was last asked. */
  take(): number[];
  keep(backupId: string, wholeAt: string): void;
  end(): void;
}

export interface Since {
  readonly blocks: ReadonlySet<number>;
  /** When the database was last read whole for a backup that this one rests upon. */
  readonly wholeAt: string;
}

/**
 * Which blocks of the database were written since the newest backups, so that the next one reads no others.
 * Known as long as every page passes through the log that is followed: while the clinic is closed it lies in
 * `clinic.db-changes`, under the data key, and counts for the very commit that it was written at. After a
 * crash nothing is known, and the next backup reads the whole file.
 */
export class ChangedBlocks {
  readonly #file: string;
  readonly #clinicId: string;
  #key: Buffer;
  readonly #bases = new Map<string, { wholeAt: string; blocks: Set<number> }>();
  readonly #watching = new Set<Set<number>>();

  constructor(file: string, clinicId: string, dataKey: Uint8Array) {
    this.#file = file;
    this.#clinicId = clinicId;
    this.#key = keyFrom(dataKey, clinicId);
  }

  /** The database is another file from now on, under this key: nothing is known of it. */
  begin(dataKey: Uint8Array): void {
    this.#bases.clear();
    this.#key.fill(0);
    this.#key = keyFrom(dataKey, this.#clinicId);
  }

  /** Takes what was kept at the last closing, which counts once, and only for this commit. */
  take(commits: number, wasClosed: boolean): void {
    const found = wasClosed ? this.#read() : undefined;
    rmSync(this.#file, { force: true });
    if (found?.commits !== commits) return;
    for (const { id, wholeAt, blocks } of found.bases)
      this.#bases.set(id, { wholeAt, blocks: new Set(blocks) });
  }

  note(pages: readonly number[]): void {
    for (const page of pages) {
      const block = blockOfPage(page, pageBytes);
      for (const { blocks } of this.#bases.values()) blocks.add(block);
      for (const blocks of this.#watching) blocks.add(block);
    }
  }

  since(backupId: string): Since | undefined {
    return this.#bases.get(backupId);
  }

  /** From now on counts for a backup that is being made: `keep` it once it is there, or `end` it. */
  watch(): Watched {
    const blocks = new Set<number>();
    this.#watching.add(blocks);
    return {
      take: () => {
        const taken = [...blocks];
        blocks.clear();
        return taken;
      },
      keep: (backupId, wholeAt) => {
        this.#bases.set(backupId, { wholeAt, blocks });
        for (const id of [...this.#bases.keys()].slice(0, -keptBases)) this.#bases.delete(id);
      },
      end: () => void this.#watching.delete(blocks),
    };
  }

  /** Keeps it for the next opening; a disk that is full only costs a longer backup. */
  close(commits: number): void {
    const bases = [...this.#bases].map(([id, { wholeAt, blocks }]) => ({
      ...{ id, wholeAt },
      blocks: [...blocks],
    }));
    try {
      const said: Kept = { commits, bases };
      if (bases.length > 0)
        writeDurably(
          this.#file,
          JSON.stringify({ ...said, mac: this.#mac(said).toString('base64') }),
        );
    } catch {
      // As after a crash.
    }
    this.#key.fill(0);
  }

  #read(): Kept | undefined {
    try {
      const { mac, ...said } = kept.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
      return timingSafeEqual(Buffer.from(mac, 'base64'), this.#mac(said)) ? said : undefined;
    } catch {
      return undefined;
    }
  }

  #mac({ commits, bases }: Kept): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([commits, bases]))
      .digest();
  }
}

function keyFrom(dataKey: Uint8Array, clinicId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, clinicId, 'dermaspike changed blocks', 32));
}
