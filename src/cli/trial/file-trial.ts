import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../../../native-bridge/shared/random.ts';
import { buildClinic } from '../bench/large-clinic.ts';
import {
  changedPages,
  cheapKdf,
  dataKeyOf,
  found,
  isEntered,
  pageBytes,
  rowsOf,
  workOn,
} from './attacked-clinic.ts';

interface Tally {
  trials: number;
  /** The clinic was not opened, its health check or its audit log told of it, or an entry says so. */
  found: number;
  /** Found, but told as a wrong passphrase, which would send somebody to search their memory. */
  misnamed: number;
  /** Not found: every row is what it was. */
  harmless: number;
  /** Not found, and rows differ or are gone. */
  silent: number;
}

export interface FileTrialReport extends Readonly<Tally> {
  readonly seconds: number;
  /** By what was done to what: `clinic.db: sector torn`. */
  readonly kinds: Readonly<Record<string, Readonly<Tally>>>;
}

interface Attacked {
  readonly past: Buffer;
  readonly present: Buffer;
  readonly random: Random;
}
/** What becomes of a file; null: it is gone. */
type Attack = (file: Attacked) => Buffer | null;

const anyFile: Readonly<Record<string, Attack>> = {
  'bit changed': ({ present, random }) => {
    const bytes = Buffer.from(present);
    const at = random.below(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at);
    return bytes;
  },
  'cut short': ({ present, random }) => present.subarray(0, random.below(present.length)),
  'zeroes written': ({ present, random }) => {
    const at = random.below(present.length);
    return Buffer.from(present).fill(
      0,
      at,
      Math.min(present.length, at + 1 + random.below(2 * pageBytes)),
    );
  },
};

const sectorBytes = 512;

const database: Readonly<Record<string, Attack>> = {
  ...anyFile,
  // Power failed within a page: its first sectors are the new ones, the others the old ones.
  'page torn': ({ past, present, random }) => {
    const at = random.of(someChanged(past, present)) * pageBytes;
    const bytes = Buffer.from(present);
    const kept = sectorBytes * (1 + random.below(pageBytes / sectorBytes - 1));
    past.copy(bytes, at + kept, at + kept, at + pageBytes);
    return bytes;
  },
  // The disk said that it had written them, and had not.
  'writes lost': ({ past, present, random }) => {
    const changed = someChanged(past, present);
    const bytes = Buffer.from(present);
    const first = random.below(changed.length);
    for (const page of changed.slice(first, first + 1 + random.below(8)))
      past.copy(bytes, page * pageBytes, page * pageBytes, (page + 1) * pageBytes);
    return bytes;
  },
  'page written elsewhere': ({ present, random }) => {
    const pages = present.length / pageBytes;
    const bytes = Buffer.from(present);
    const [from, to] = [random.below(pages), random.below(pages)];
    present.copy(bytes, to * pageBytes, from * pageBytes, (from + 1) * pageBytes);
    return bytes;
  },
};

const small: Readonly<Record<string, Attack>> = {
  ...anyFile,
  'put back': ({ past }) => past,
  removed: () => null,
};

/** Damages each file of a clinic in every way that disks, programs and people do, and opens it. */
export async function tryFiles(
  size: { trials: number; images: number; seed: number },
  onProgress: (text: string) => void,
): Promise<FileTrialReport> {
  const root = mkdtempSync(path.join(tmpdir(), 'dermaspike-files-'));
  const random = new Random(size.seed);
  const startedAt = performance.now();
  const kinds: Record<string, Tally> = {};
  try {
    const clinic = path.join(root, 'clinic');
    const before = path.join(root, 'before');
    const half = { images: size.images, waiting: Math.floor(size.images / 2), kdf: cheapKdf };
    (await buildClinic(clinic, half, () => {})).close();
    cpSync(clinic, before, { recursive: true });
    await workOn(clinic);
    const key = await dataKeyOf(clinic);
    const rows = rowsOf(clinic, key);
    const attacks = attacksOn(clinic, before);
    for (let trial = 0; trial < size.trials; trial++) {
      onProgress(`Damaging files: ${trial} of ${size.trials}`);
      const [name, kind, attack] = random.of(attacks);
      // A data folder of its own: what one unlocking leaves beside the clinic is not met by the next.
      const data = path.join(root, 'trial');
      const folder = path.join(data, 'clinic');
      cpSync(clinic, folder, { recursive: true });
      const bytes = attack(random);
      if (bytes) writeFileSync(path.join(folder, name), bytes);
      else rmSync(path.join(folder, name));
      const { by, error } = await found(folder);
      const tally = kinds[`${name}: ${kind}`] ?? none();
      kinds[`${name}: ${kind}`] = tally;
      tally.trials += 1;
      const isFound = by || isEntered(folder, key);
      tally[isFound ? 'found' : rowsOf(folder, key) === rows ? 'harmless' : 'silent'] += 1;
      if (error?.code === 'wrong-passphrase') tally.misnamed += 1;
      rmSync(data, { recursive: true });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  const all = none();
  for (const tally of Object.values(kinds))
    for (const key of Object.keys(all) as (keyof Tally)[]) all[key] += tally[key];
  return { ...all, seconds: Math.round(performance.now() - startedAt) / 1000, kinds };
}

const none = (): Tally => ({ trials: 0, found: 0, misnamed: 0, harmless: 0, silent: 0 });

type Choice = [name: string, kind: string, attack: (random: Random) => Buffer | null];

/** Each file's attacks; the database's twice as likely as all the others' together. */
function attacksOn(clinic: string, before: string): [Choice, ...Choice[]] {
  const choices = readdirSync(clinic).flatMap((name): Choice[] => {
    const present = readFileSync(path.join(clinic, name));
    if (present.length === 0) return [];
    const past = readdirSync(before).includes(name)
      ? readFileSync(path.join(before, name))
      : present;
    const own = name === 'clinic.db' ? database : small;
    return Object.entries(own).map(([kind, attack]) => [
      name,
      kind,
      (random) => attack({ past, present, random }),
    ]);
  });
  const ofDatabase = choices.filter(([name]) => name === 'clinic.db');
  const times = Math.ceil((2 * (choices.length - ofDatabase.length)) / ofDatabase.length);
  return [...choices, ...Array.from({ length: times - 1 }, () => ofDatabase).flat()] as [
    Choice,
    ...Choice[],
  ];
}

function someChanged(past: Buffer, present: Buffer): [number, ...number[]] {
  const [first, ...others] = changedPages(past, present);
  if (first === undefined) throw new Error('Nothing was done in the made-up clinic.');
  return [first, ...others];
}
