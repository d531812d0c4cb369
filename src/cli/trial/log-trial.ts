import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../../../native-bridge/shared/random.ts';
import { patientDetails, patientListView } from '../../clinic/entities/index.ts';
import { type ClinicStore, createClinic, StoreError, unlockClinic } from '../../store/index.ts';

export interface LogTrialReport {
  readonly trials: number;
  /** Refused, or opened with all that was acknowledged: where the change met nothing that counts. */
  readonly found: number;
  readonly harmless: number;
  /** Opened without something that was acknowledged. */
  readonly silent: number;
  /** Of those found, in how many the number of missing changes was told, and right. */
  readonly counted: number;
  readonly seconds: number;
  readonly kinds: Readonly<Record<string, { trials: number; found: number; silent: number }>>;
}

const access = { userName: 'Trial', passphrase: 'nobody is in this clinic' };
/** What is attacked is not the passphrase. */
const kdf = { n: 16, r: 8, p: 1 };

/** What is done to the log of a clinic whose program was killed; returns the changed bytes, or none. */
const attacks: Readonly<Record<string, (log: Buffer, random: Random) => Buffer | null>> = {
  'bit changed': (log, random) => {
    const at = random.below(log.length);
    log.writeUInt8(log.readUInt8(at) ^ (1 << random.below(8)), at);
    return log;
  },
  'cut short': (log, random) => log.subarray(0, random.below(log.length)),
  'zeroes written': (log, random) => {
    const at = random.below(log.length);
    return log.fill(0, at, at + 1 + random.below(8192));
  },
  'put together anew': (log, random) => {
    const at = random.below(log.length);
    const from = random.below(log.length);
    log.copy(log, at, from, Math.min(log.length, from + 4120));
    return log;
  },
  removed: () => null,
};

/**
 * Kills a clinic's program, as far as its files can tell, changes its log in every way and opens it: what
 * was acknowledged must be there, or be missed.
 */
export async function tryLog(
  size: { trials: number; commits: number; seed: number },
  onProgress: (text: string) => void,
): Promise<LogTrialReport> {
  const root = mkdtempSync(path.join(tmpdir(), 'dermaspike-log-'));
  const random = new Random(size.seed);
  const startedAt = performance.now();
  const kinds = Object.fromEntries(
    Object.keys(attacks).map((kind) => [kind, { trials: 0, found: 0, silent: 0 }]),
  );
  let counted = 0;
  try {
    const killed = path.join(root, 'killed');
    const acknowledged = await killedClinic(root, killed, size.commits);
    const good = readFileSync(path.join(killed, 'clinic.db-wal'));
    for (let trial = 0; trial < size.trials; trial++) {
      onProgress(`Changing the log: ${trial} of ${size.trials}`);
      const [kind, attack] = random.of(Object.entries(attacks) as [Attack, ...Attack[]]);
      const folder = path.join(root, 'trial');
      cpSync(killed, folder, { recursive: true });
      const log = path.join(folder, 'clinic.db-wal');
      const changed = attack(Buffer.from(good), random);
      if (changed) writeFileSync(log, changed);
      else rmSync(log);
      const outcome = await whatComesBack(folder);
      const tally = kinds[kind];
      if (tally) {
        tally.trials += 1;
        if (typeof outcome === 'string') tally.found += 1;
        else if (outcome < acknowledged) tally.silent += 1;
      }
      if (typeof outcome === 'string' && /changes? (is|are) missing/.test(outcome)) counted += 1;
      rmSync(folder, { recursive: true });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  const sum = (of: 'trials' | 'found' | 'silent') =>
    Object.values(kinds).reduce((total, tally) => total + tally[of], 0);
  const [trials, found, silent] = [sum('trials'), sum('found'), sum('silent')];
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  return { trials, found, harmless: trials - found - silent, silent, counted, seconds, kinds };
}

type Attack = [string, (log: Buffer, random: Random) => Buffer | null];

/** Copies an open clinic after its commits, which is what a kill leaves; returns how many they were. */
async function killedClinic(root: string, killed: string, commits: number): Promise<number> {
  const open = path.join(root, 'open');
  const clinic = { clinicName: 'Trial', demo: false, kdf, ...access };
  const { store } = await createClinic(open, clinic);
  for (let n = 0; n < commits; n++)
    store.patients.enrol(patientDetails.parse({ familyName: `Patient ${n}` }));
  cpSync(open, killed, { recursive: true });
  store.close();
  return commits;
}

/** How many patients there are, or why the clinic was not opened. */
async function whatComesBack(folder: string): Promise<number | string> {
  let store: ClinicStore | undefined;
  try {
    store = (await unlockClinic(folder, { ...access, kdf })).store;
    return store.patientList.count({ ...patientListView.parse({}), text: '' });
  } catch (error) {
    if (error instanceof StoreError) return error.message;
    throw error;
  } finally {
    store?.close();
  }
}
