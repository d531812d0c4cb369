import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { assertFits } from '../../src/interchange/updates/fit.ts';
import { tampered } from '../../src/interchange/updates/head.ts';
import type { UpdateKey } from '../../src/interchange/updates/keys.ts';
import { type PackageKind, UpdateError } from '../../src/interchange/updates/manifest.ts';
import { sha256Of, UpdateFile } from '../../src/interchange/updates/update-file.ts';
import { t } from '../../src/language/index.ts';
import { type Client, connect } from '../../src/processes/channel.ts';
import { RemoteError } from '../../src/processes/contract.ts';
import type {
  ChoiceOutcome,
  InstallOutcome,
  ProgramState,
  Refused,
  UpdateProgress,
} from '../../src/processes/desktop-page.ts';
import type { Link } from '../../src/processes/link.ts';
import { type StationContract, stationContract } from '../../src/station/contract/index.ts';
import { makePrivateFolder } from '../../src/store/durable-file.ts';
import { asStoreError, StoreError } from '../../src/store/errors.ts';
import { assertPrevious, exchangeImages, previousOf, replaceImage } from './app-image.ts';
import type { Installed } from './installed.ts';
import { readRecord, type UpdateRecord, writeRecord } from './record.ts';

export interface UpdaterOptions {
  readonly program: Installed;
  readonly keys: readonly UpdateKey[];
  /** Where packages are unpacked, a folder a version, and the last update is noted. */
  readonly folder: string;
  readonly openConnection: () => Link | undefined;
  readonly onProgress: (progress: UpdateProgress) => void;
}

/**
 * Updates the program from a file. The station says whether the person at the screen may: it sets the
 * clinic's copy aside for administrators alone, and without that nothing is installed.
 */
export class Updater {
  readonly #options: UpdaterOptions;
  /** Not held open; it is proved again when it is installed. */
  #proved: { readonly file: string; readonly sha256: string } | undefined;
  #isBusy = false;

  constructor(options: UpdaterOptions) {
    this.#options = options;
  }

  state(): ProgramState {
    const { program, keys } = this.#options;
    const { version, kind } = program;
    const record = this.#lastUpdate();
    return {
      version,
      kind,
      keys: keys.map(({ fingerprint }) => fingerprint),
      back: record
        ? { version: record.from.version, updatedAt: record.at, needsCopy: needsCopy(record) }
        : null,
    };
  }

  /** Proves the update at `file`, from its signature to its last byte, and that it fits. */
  prove(file: string): Promise<ChoiceOutcome> {
    const { program, keys, onProgress } = this.#options;
    return this.#alone(async () => {
      this.#proved = undefined;
      return opened(file, keys, async (update) => {
        const { version, notes, sizeBytes, sha256, madeAt, database } = update.manifest;
        assertFits(update.manifest, program);
        await update.verify((share) => onProgress({ stage: 'checking', share }));
        this.#proved = { file, sha256 };
        const signedBy = update.signedBy.fingerprint;
        const changesDatabase = database > program.database;
        return {
          outcome: 'proved',
          update: { version, notes, sizeBytes, madeAt, signedBy, changesDatabase },
        };
      });
    });
  }

  /** Installs what was proved last, once a copy of the clinic is set aside. */
  install(): Promise<InstallOutcome> {
    const { program, keys } = this.#options;
    return this.#alone(async () => {
      const proved = this.#proved;
      if (!proved) return refused(t('Choose an update file first.'));
      const { kind } = program;
      if (!kind)
        return refused(
          t(
            'This copy of Dermaspike was unpacked by hand, so it cannot replace itself. Unpack the new version in its place.',
          ),
        );
      return opened(proved.file, keys, async (update) => {
        if (update.manifest.sha256 !== proved.sha256) throw tampered();
        const { version } = update.manifest;
        const file = await this.#put(update, kind);
        await this.#removePackagesBut(version, program.version);
        const next = kind === 'appimage' ? 'restart' : kind === 'nsis' ? 'installer' : 'by-hand';
        const command = kind === 'deb' ? `sudo apt install '${file}'` : null;
        return { outcome: 'installed', version, next, file, command };
      });
    });
  }

  /** Sets the clinic's copy aside and puts the package in its place; returns that. */
  async #put(update: UpdateFile, kind: PackageKind): Promise<string> {
    const { program, folder, onProgress } = this.#options;
    const { version, database, fileName } = update.manifest;
    const copy = await this.#withStation(async (station) => {
      station.subscribe('copies.progress', {}, ({ share }) =>
        onProgress({ stage: 'copying', share }),
      );
      return station.call('copies.setAside', {});
    });
    const place = path.join(folder, version);
    makePrivateFolder(program.file ? folder : place);
    const record: UpdateRecord = {
      at: new Date().toISOString(),
      kind,
      from: { version: program.version, database: program.database },
      to: { version, database },
      copyId: copy?.id ?? null,
      formerSha256: program.file && (await sha256Of(program.file)),
    };
    const writing = (share: number) => onProgress({ stage: 'writing', share });
    const file = program.file ?? path.join(place, fileName);
    if (!program.file) await update.unpack(file, writing);
    // It counts once the new version runs: of an update that fails after this it says nothing.
    writeRecord(folder, record);
    if (program.file) await replaceImage(update, program.file, writing);
    return file;
  }

  /**
   * Puts the clinic's copy back, where the former version needs it, and the former AppImage. Of other
   * packages it tells which one is to be installed.
   */
  stepBack(): Promise<Refused | { outcome: 'stepped-back'; version: string; file: string | null }> {
    const { program, folder } = this.#options;
    return this.#alone(async () => {
      const record = this.#lastUpdate();
      if (!record) return refused(t('There is no version to step back to.'));
      const { copyId, formerSha256, from } = record;
      if (program.file) await assertPrevious(program.file, formerSha256);
      await this.#withStation(async (station) => {
        const copies = await station.call('copies.list', {});
        if (!needsCopy(record)) return;
        if (!copyId || !copies.some(({ id }) => id === copyId))
          throw new StoreError(
            'not-found',
            `The copy of the clinic from before the update is gone, and version ${from.version} cannot read the clinic as it is now. Nothing was changed.`,
          );
        await station.call('copies.putBack', { copyId });
      });
      if (program.file) {
        await exchangeImages(program.file);
        return { outcome: 'stepped-back', version: from.version, file: program.file };
      }
      const place = path.join(folder, from.version);
      const [name] = existsSync(place) ? readdirSync(place) : [];
      const file = name ? path.join(place, name) : null;
      return { outcome: 'stepped-back', version: from.version, file };
    });
  }

  /** The update that made this version, if what it replaced can still be had. */
  #lastUpdate(): UpdateRecord | undefined {
    const { program, folder } = this.#options;
    const record = readRecord(folder);
    if (record?.to.version !== program.version || record.kind !== program.kind) return undefined;
    if (program.file && !existsSync(previousOf(program.file))) return undefined;
    return record;
  }

  async #withStation<T>(work: (station: Client<StationContract>) => Promise<T>): Promise<T> {
    const connection = this.#options.openConnection();
    if (!connection)
      throw new StoreError(
        'no-access',
        'The clinic’s service is not running. Try again in a moment.',
      );
    try {
      return await work(connect(connection, stationContract));
    } finally {
      connection.close();
    }
  }

  /** One thing at a time; what is refused is answered. */
  async #alone<T>(work: () => Promise<T | Refused>): Promise<T | Refused> {
    if (this.#isBusy)
      return refused(t('An update is being worked on already. Wait until it is done.'));
    this.#isBusy = true;
    try {
      return await work();
    } catch (error) {
      return refused(messageOf(error));
    } finally {
      this.#isBusy = false;
    }
  }

  /** Packages of other versions are no longer needed, for the step back or otherwise. */
  async #removePackagesBut(...versions: string[]): Promise<void> {
    const { folder } = this.#options;
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory() && !versions.includes(entry.name))
        await rm(path.join(folder, entry.name), { recursive: true, force: true });
  }
}

async function opened<T>(
  file: string,
  keys: readonly UpdateKey[],
  work: (update: UpdateFile) => Promise<T>,
): Promise<T> {
  const update = await UpdateFile.open(file, keys);
  try {
    return await work(update);
  } finally {
    await update.close();
  }
}

const needsCopy = ({ from, to }: UpdateRecord): boolean => from.database < to.database;

const refused = (message: string): Refused => ({ outcome: 'refused', message });

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code));

function messageOf(error: unknown): string {
  if (isDiskFull(error))
    return t(
      'There is not enough room for the new version beside the present one, so nothing was changed. Free some space where Dermaspike and its data are, and try again.',
    );
  const known = asStoreError(error);
  if (known instanceof UpdateError || known instanceof StoreError || known instanceof RemoteError)
    return known.message;
  const detail = error instanceof Error ? error.message : String(error);
  return t('It could not be carried out: {detail}', { detail });
}
