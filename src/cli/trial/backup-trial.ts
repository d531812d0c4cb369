import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../../../native-bridge/shared/random.ts';
import {
  BackupError,
  lookAtMedium,
  restoreBackup,
  unlockClinic,
  type Verdict,
  verifyBackup,
} from '../../store/index.ts';
import { buildClinic, syntheticUser } from '../bench/large-clinic.ts';
import { quantile } from '../bench/statistics.ts';
import { type Meanwhile, whileSaving } from '../bench/while-saving.ts';
import { productVersion } from '../version.ts';

export interface BackupTrialReport {
  /** Of the clinic: patients, lesions, images, readings, reviews and audit entries. */
  readonly records: number;
  readonly restored: number;
  readonly lost: number;
  /** Blocks of the backup in which a bit was changed, one at a time, and those that were named. */
  readonly damages: number;
  readonly damagesFound: number;
  readonly seconds: number;
  readonly megabytes: number;
  readonly firstSeconds: number;
  /** Of a day on which somebody was enrolled. */
  readonly incrementSeconds: number;
  readonly incrementMegabytes: number;
  /** From an empty folder until the clinic is unlocked. */
  readonly restoreSeconds: number;
  /** Of how many blocks. */
  readonly incrementBlocksRead: number;
  readonly blocks: number;
  /**
   * How long somebody who saves every few milliseconds waited at most, from the moment that they wanted to:
   * while each backup was made, its beginning and end too, and without one.
   */
  readonly waitsMs: { readonly first: number; readonly increment: number; readonly alone: number };
}

/** Backs a synthetic clinic up, damages the backup, deletes the clinic, restores it, and counts. */
export async function tryBackup(
  size: { images: number; damages: number; seed: number },
  onProgress: (text: string) => void,
): Promise<BackupTrialReport> {
  const root = mkdtempSync(path.join(tmpdir(), 'dermaspike-backup-'));
  const clinic = path.join(root, 'data', 'clinic');
  const medium = path.join(root, 'medium');
  const random = new Random(size.seed);
  const startedAt = performance.now();
  try {
    const waiting = Math.floor(size.images / 5);
    const store = await buildClinic(clinic, { images: size.images, waiting }, (done) =>
      onProgress(`Building the clinic: ${done} of ${size.images} images`),
    );
    const builtAt = performance.now();
    onProgress('Backing up');
    const first = await whileSaving(store, () => store.backUp(medium, productVersion));
    const firstSeconds = since(builtAt);
    const alone = await whileSaving(store, () => pause(1000));
    const incrementAt = performance.now();
    const increment = await whileSaving(store, () => store.backUp(medium, productVersion));
    const incrementSeconds = since(incrementAt);
    store.close();

    const access = syntheticUser;
    const whole = await verifyBackup(medium, { access });
    let damagesFound = 0;
    for (let trial = 0; trial < size.damages; trial++) {
      onProgress(`Damaging a block: ${trial} of ${size.damages}`);
      if (await damageIsFound(medium, random, access)) damagesFound++;
    }

    rmSync(clinic, { recursive: true });
    onProgress('Restoring');
    const restoreAt = performance.now();
    await restoreBackup(path.join(root, 'data'), medium, { access });
    const again = (await unlockClinic(clinic, access)).store;
    const restoreSeconds = since(restoreAt);
    const { intact } = await again.checkAudit();
    again.close();
    const back = await verifyBackup(medium, { access });
    const count = ({ contents }: typeof whole) =>
      contents.patients +
      contents.lesions +
      contents.images +
      contents.readings +
      contents.reviews +
      contents.auditEntries;
    const records = count(whole);
    // Restoring compares every count and the audit log's head with the list, or refuses.
    const restored = intact ? count(back) : 0;
    return {
      records,
      restored,
      lost: records - restored,
      damages: size.damages,
      damagesFound,
      seconds: since(startedAt),
      megabytes: Math.round(whole.backup.sizeBytes / 1e6),
      firstSeconds,
      incrementSeconds,
      incrementMegabytes: Math.round(increment.result.writtenBytes / 1e5) / 10,
      incrementBlocksRead: increment.result.readBlocks,
      blocks: increment.result.blocks,
      restoreSeconds,
      waitsMs: { first: longest(first), increment: longest(increment), alone: longest(alone) },
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Changes a bit at random in a file of the backup, its list as often as its blocks, and changes it back. */
async function damageIsFound(
  medium: string,
  random: Random,
  access: typeof syntheticUser,
): Promise<boolean> {
  const files = readdirSync(medium).sort();
  const blocks = files.filter((name) => name.endsWith('.blocks'));
  const newest = files.filter((name) => name.endsWith('.backup')).at(-1);
  const name = random.below(2) === 0 ? newest : blocks[random.below(blocks.length)];
  const file = path.join(medium, name ?? '');
  const bytes = readFileSync(file);
  const at = random.below(bytes.length);
  const bit = 1 << random.below(8);
  const flip = () => {
    bytes[at] = (bytes[at] ?? 0) ^ bit;
    writeFileSync(file, bytes);
  };
  flip();
  try {
    // A block that the newest no longer needs is an older one's.
    for (const { id } of await lookAtMedium(medium))
      if (await isNamed(file, verifyBackup(medium, { id, access }))) return true;
    return false;
  } finally {
    flip();
    for (const name of readdirSync(medium))
      if (name.endsWith('.proof')) rmSync(path.join(medium, name));
  }
}

const longest = ({ waitsMs }: Meanwhile<unknown>) => Math.round(quantile(waitsMs, 1));

async function isNamed(file: string, verified: Promise<Verdict>): Promise<boolean> {
  try {
    const { damages } = await verified;
    return damages.some((damage) => damage.file === file);
  } catch (error) {
    return error instanceof BackupError && error.message.includes(file);
  }
}

const since = (at: number) => Math.round(performance.now() - at) / 1000;
