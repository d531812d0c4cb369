import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';
import { connect } from '../src/processes/channel.ts';
import { RemoteError } from '../src/processes/contract.ts';
import type { KeychainOutcome, KeychainState } from '../src/processes/desktop-page.ts';
import type { Link } from '../src/processes/link.ts';
import { stationContract } from '../src/station/contract/index.ts';
import { writeDurably } from '../src/store/durable-file.ts';
import type { OwnPage } from './own-page.ts';

const kept = z.object({ userName: z.string().min(1).max(100), sealed: z.base64() });
type Kept = z.infer<typeof kept>;
const given = z.tuple([z.string().min(1).max(100), z.string().min(1).max(1000)]);

/**
 * Unlocks the clinic by what this computer's keychain seals (Windows' DPAPI, macOS's Keychain, Linux's
 * secret service), for one user and only by their explicit choice. What is sealed is their passphrase:
 * the clinic's keys are as they were, and taking it back leaves nothing behind.
 */
export class Keychain {
  readonly #file: string;
  readonly #openConnection: () => Link | undefined;

  /** @param file where the sealed passphrase is kept. */
  constructor(file: string, openConnection: () => Link | undefined) {
    this.#file = file;
    this.#openConnection = openConnection;
  }

  state(): KeychainState {
    return { unavailable: unavailable(), userName: this.#read()?.userName ?? null };
  }

  async keep(userName: string, passphrase: string): Promise<KeychainOutcome> {
    if (unavailable()) return 'unavailable';
    const outcome = await this.#unlock(userName, passphrase);
    if (outcome !== 'done') return outcome;
    try {
      const sealed = safeStorage.encryptString(passphrase).toString('base64');
      writeDurably(this.#file, JSON.stringify({ userName, sealed } satisfies Kept));
      return 'done';
    } catch {
      return 'failed';
    }
  }

  forget(): KeychainState {
    rmSync(this.#file, { force: true });
    return this.state();
  }

  async unlock(): Promise<KeychainOutcome> {
    const entry = this.#read();
    if (!entry || unavailable()) return 'unavailable';
    let passphrase: string;
    try {
      passphrase = safeStorage.decryptString(Buffer.from(entry.sealed, 'base64'));
    } catch {
      return 'failed';
    }
    const outcome = await this.#unlock(entry.userName, passphrase);
    // It has been changed meanwhile: what is kept opens nothing any more.
    if (outcome === 'wrong-passphrase') this.forget();
    return outcome;
  }

  async #unlock(userName: string, passphrase: string): Promise<KeychainOutcome> {
    const connection = this.#openConnection();
    if (!connection) return 'failed';
    try {
      await connect(connection, stationContract).call('session.unlock', { userName, passphrase });
      return 'done';
    } catch (error) {
      const isWrong = error instanceof RemoteError && error.code === 'wrong-passphrase';
      return isWrong ? 'wrong-passphrase' : 'failed';
    } finally {
      connection.close();
    }
  }

  #read(): Kept | undefined {
    try {
      return kept.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return undefined;
    }
  }
}

/** Linux without a secret service would keep it in the clear, under a key that everybody has. */
function unavailable(): KeychainState['unavailable'] {
  if (!safeStorage.isEncryptionAvailable()) return 'no-keychain';
  const isPlain =
    process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
  return isPlain ? 'not-encrypted' : null;
}

/** Answers the page's questions about the keychain that is kept beside the clinic. */
export function serveKeychain(
  page: OwnPage,
  dataFolder: string,
  openConnection: () => Link | undefined,
): void {
  const keychain = new Keychain(path.join(dataFolder, 'keychain.json'), openConnection);
  page.answer('keychain', () => keychain.state());
  page.answer('keychain-forget', () => keychain.forget());
  page.answer('keychain-unlock', () => keychain.unlock());
  page.answer('keychain-keep', (_window, ...asked) => {
    const parsed = given.safeParse(asked);
    return parsed.success ? keychain.keep(...parsed.data) : 'failed';
  });
}
