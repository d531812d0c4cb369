import { existsSync } from 'node:fs';
import { open, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { databasePath } from '../../store/clinic-file.ts';
import { pageBytes } from '../../store/connection.ts';
import { readClinicInfo, shareOf, unlockClinic } from '../../store/index.ts';
import { type Check, fine, problem } from './check.ts';

const restore = 'Copy the data folder as it is, then restore the clinic from a backup.';
const leastFreeGib = 1;

/** What the records are opened by, to look through them as well. */
export interface ClinicKey {
  readonly userName: string;
  readonly passphrase: string;
  readonly onProgress: (share: number) => void;
}

/**
 * The clinic's files, as far as they can be judged without a key, and the disk that holds the data folder. With
 * a key also everything in them.
 */
export function clinicChecks(folder: string, clinic: string, key?: ClinicKey): readonly Check[] {
  return [
    {
      title: 'Clinic',
      remedy: restore,
      run: () => examineClinic(clinic, key !== undefined),
    },
    ...(key ? [{ title: 'Records', remedy: restore, run: () => examineRecords(clinic, key) }] : []),
    {
      title: 'Data folder',
      remedy: `See that ${folder} can be read.`,
      run: async () => {
        const kind = shareOf(folder);
        if (!kind) return fine(`${folder} is not on a network share`);
        return problem(
          `${folder} is on a network share (${kind}), whose locks may not hold`,
          'Keep the clinic on this computer’s own disk and back it up to the share; else never open it on two computers at once.',
        );
      },
    },
    {
      title: 'Free disk space',
      remedy: `See that the disk of ${folder} is there.`,
      run: async () => {
        const disk = await statfs(existingFolder(folder));
        const gib = (disk.bavail * disk.bsize) / 2 ** 30;
        const detail = `${gib.toFixed(1)} GiB on the disk of ${folder}`;
        return gib >= leastFreeGib
          ? fine(detail)
          : problem(detail, `Free at least ${leastFreeGib} GiB there.`);
      },
    },
  ];
}

async function examineClinic(folder: string, isOpened: boolean) {
  const clinic = readClinicInfo(folder);
  const database = databasePath(folder);
  if (!clinic)
    return existsSync(database)
      ? problem(`${database} is there without clinic.json, which holds its wrapped keys`, restore)
      : fine(`none yet in ${folder}`);
  const { size } = await stat(database);
  // A disk that was full may have cut the last page short; the write-ahead log then has it whole.
  const isWhole = size >= pageBytes && (size % pageBytes === 0 || existsSync(`${database}-wal`));
  if (!isWhole)
    return problem(`${database} has ${size} bytes, which is no whole database`, restore);
  if (await isPlain(database)) return problem(`${database} is not encrypted`, restore);
  const users = clinic.userNames.length === 1 ? '1 user' : `${clinic.userNames.length} users`;
  return fine(
    `${users}, encrypted, ${(size / 2 ** 20).toFixed(1)} MiB in ${folder}${isOpened ? '' : '; what is in it is checked with --user, or on the screen under Settings, Audit log'}`,
  );
}

/** Every page, every row by every index, the audit log. Locked on the screen meanwhile; entered in the log. */
async function examineRecords(folder: string, { userName, passphrase, onProgress }: ClinicKey) {
  const { store, user } = await unlockClinic(folder, {
    ...{ userName, passphrase, audited: 'session.unlock' },
  });
  try {
    const { ok, pages, rows, problems, problemsInAll, audit } = await store.checkHealth({
      onProgress,
    });
    const found = [
      ...problems,
      ...(audit?.problems.map(({ what, subject }) => `${subject}: ${what}`) ?? []),
      ...(audit ? [] : ['the audit log could not be verified']),
    ];
    const inAll = problemsInAll + (audit?.problemsInAll ?? 0);
    store.audit.append({ userId: user.id, action: 'clinic.check', subject: `found:${inAll}` });
    if (ok)
      return fine(`${pages} pages and ${rows} records are whole, and the audit log fits them`);
    return problem(`${inAll} things are wrong: ${found.join('; ')}`, restore);
  } finally {
    store.close();
  }
}

/** An encrypted database begins with random bytes, a plain one with its format's name. */
async function isPlain(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(15), 0, 15, 0);
    return buffer.toString('latin1') === 'SQLite format 3';
  } finally {
    await handle.close();
  }
}

function existingFolder(folder: string): string {
  return existsSync(folder) ? folder : existingFolder(path.dirname(folder));
}
