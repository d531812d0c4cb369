import { maxFileBytes } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ImportResult } from '../../../src/station/contract/index.ts';
import type { StationConnection, StationEvent } from '../station/connection.ts';
import { errorCode, errorText } from '../station/errors.ts';

/** Where files go. */
export interface ImportTarget {
  readonly patientId: string;
  readonly lesionId: string;
  /** For the tray, for example "A, left forearm". */
  readonly lesionText: string;
}

type Phase = StationEvent<'images.importProgress'>['phase'];

export type ImportState =
  | { readonly step: 'waiting' }
  | { readonly step: 'running'; readonly phase: Phase | 'sending' }
  | { readonly step: 'done'; readonly result: ImportResult }
  | { readonly step: 'failed'; readonly message: string };

export interface ImportItem {
  readonly id: string;
  readonly file: File;
  readonly target: ImportTarget;
  readonly state: ImportState;
  /** How often the connection was lost over it. */
  readonly interruptions: number;
}

const concurrency = 2;
/** A file that takes the connection with it again and again is not tried for ever. */
const maxInterruptions = 3;

/**
 * The files being imported, whichever screen is shown. A file that the connection's loss interrupts
 * waits for the next one: should the station have stored it already, it answers "duplicate".
 */
export class ImportQueue {
  #items: readonly ImportItem[] = [];
  #station: StationConnection | undefined;
  #clinic: string | undefined;
  #generation = new AbortController();
  readonly #listeners = new Set<() => void>();

  readonly items = (): readonly ImportItem[] => this.#items;

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Imports through `station` until the returned function is called, as it is when the clinic is
   * locked: what is not done by then waits. Files that wait for another clinic are forgotten.
   */
  attach(station: StationConnection, clinic: string): () => void {
    if (clinic !== this.#clinic) this.#update([]);
    this.#clinic = clinic;
    this.#station = station;
    const stops = [
      station.subscribe('images.importProgress', ({ importId, phase }) => {
        const item = this.#items.find(({ id }) => id === importId);
        if (item?.state.step === 'running') this.#set(importId, { step: 'running', phase });
      }),
      station.onStatusChange(() => this.#pump()),
    ];
    this.#pump();
    return () => {
      for (const stop of stops) stop();
      this.#station = undefined;
      this.#pause();
    };
  }

  add(files: Iterable<File>, target: ImportTarget): void {
    const added = Array.from(files, (file): ImportItem => {
      return {
        id: crypto.randomUUID(),
        file,
        target,
        state: { step: 'waiting' },
        interruptions: 0,
      };
    });
    this.#update([...this.#items, ...added]);
    this.#pump();
  }

  retry(id: string): void {
    this.#set(id, { step: 'waiting' });
    this.#pump();
  }

  dismissFinished(): void {
    this.#update(
      this.#items.filter(({ state }) => state.step === 'waiting' || state.step === 'running'),
    );
  }

  /** How many files are still to be imported. */
  waitingCount(): number {
    return this.#items.filter(({ state }) => state.step === 'waiting').length;
  }

  #pause(): void {
    this.#generation.abort();
    this.#generation = new AbortController();
    for (const { id, state } of this.#items)
      if (state.step === 'running') this.#set(id, { step: 'waiting' });
  }

  #pump(): void {
    const station = this.#station;
    if (station?.status() !== 'connected') return;
    let free = concurrency - this.#items.filter(({ state }) => state.step === 'running').length;
    for (const item of this.#items) {
      if (free <= 0) return;
      if (item.state.step !== 'waiting') continue;
      free -= 1;
      void this.#run(station, item);
    }
  }

  async #run(station: StationConnection, { id, file, target }: ImportItem): Promise<void> {
    const { signal } = this.#generation;
    this.#set(id, { step: 'running', phase: 'sending' });
    const end = await importFile(station, id, file, target.lesionId, signal);
    // A lost connection counts against the file also when this queue was detached for it.
    if (signal.aborted && end !== 'interrupted') return;
    // The clinic is being locked under it: this queue is about to be told.
    if (end === 'locked') return this.#set(id, { step: 'waiting' });
    if (end === 'interrupted') this.#interrupted(id);
    else this.#set(id, end);
    this.#pump();
  }

  #interrupted(id: string): void {
    const isHopeless = this.#items.some(
      (item) => item.id === id && item.interruptions + 1 >= maxInterruptions,
    );
    this.#update(
      this.#items.map((item) =>
        item.id === id ? { ...item, interruptions: item.interruptions + 1 } : item,
      ),
    );
    this.#set(
      id,
      isHopeless
        ? { step: 'failed', message: t('The connection was lost each time this file was sent.') }
        : { step: 'waiting' },
    );
  }

  #set(id: string, state: ImportState): void {
    this.#update(this.#items.map((item) => (item.id === id ? { ...item, state } : item)));
  }

  #update(items: readonly ImportItem[]): void {
    this.#items = items;
    for (const listener of this.#listeners) listener();
  }
}

async function importFile(
  station: StationConnection,
  importId: string,
  file: File,
  lesionId: string,
  signal: AbortSignal,
): Promise<ImportState | 'interrupted' | 'locked'> {
  if (file.size > maxFileBytes)
    return {
      step: 'failed',
      message: t(
        'The file is too large: more than {most} MiB. Export it as JPEG, then import that file.',
        { most: maxFileBytes / 2 ** 20 },
      ),
    };
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    // A folder, or a file that was moved, changed or unplugged since it was chosen.
    return { step: 'failed', message: t('The file could not be read. Is it a folder, or gone?') };
  }
  try {
    const input = { lesionId, importId, fileName: file.name.slice(0, 500), bytes };
    return { step: 'done', result: await station.call('images.import', input, { signal }) };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'locked') return 'locked';
    if (code === 'link-closed') return 'interrupted';
    return { step: 'failed', message: errorText(error) };
  }
}

export const importQueue = new ImportQueue();
