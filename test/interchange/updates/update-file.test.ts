import { randomBytes } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { assertFits } from '../../../src/interchange/updates/fit.ts';
import { headBytes } from '../../../src/interchange/updates/head.ts';
import { readUpdateKeys } from '../../../src/interchange/updates/keys.ts';
import { type UpdateManifest, updateManifest } from '../../../src/interchange/updates/manifest.ts';
import { UpdateFile } from '../../../src/interchange/updates/update-file.ts';
import { Maker } from './made-updates.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-update-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const maker = new Maker();
const keys = [new Maker().key, maker.key];

/** The code that the file is refused with, by its head or by its package. */
async function refusal(file: string, known = keys): Promise<string> {
  try {
    const update = await UpdateFile.open(file, known);
    try {
      await update.verify();
      return 'none';
    } finally {
      await update.close();
    }
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** The file with `change` made to its bytes. */
function changed(file: string, change: (bytes: Buffer) => Buffer): string {
  const other = path.join(folder, 'changed');
  writeFileSync(other, change(readFileSync(file)));
  return other;
}

describe('an update file', () => {
  test('gives back what was signed, by whom, and the package to the byte', async () => {
    const content = randomBytes(2_500_000);
    const update = await UpdateFile.open(await maker.make(folder, { content }), keys);
    expect(update.manifest).toMatchObject({ version: '1.3.0', sizeBytes: content.length });
    expect(update.signedBy.fingerprint).toMatch(/^([0-9A-F]{4} ){5}[0-9A-F]{4}$/);
    const shares: number[] = [];
    await update.verify((share) => shares.push(share));
    expect(shares).toHaveLength(3);
    expect(shares.at(-1)).toBe(1);
    const unpacked = path.join(folder, 'unpacked');
    await update.unpack(unpacked);
    await update.close();
    expect(readFileSync(unpacked).equals(content)).toBe(true);
    if (process.platform !== 'win32') expect(statSync(unpacked).mode & 0o777).toBe(0o600);
  });

  test('is refused by name for one changed bit, in any byte of any part of it', async () => {
    const file = await maker.make(folder, { content: randomBytes(200) });
    const bytes = readFileSync(file);
    const manifestEnd = bytes.length - 200;
    const expected = (at: number): readonly string[] => {
      if (at < 8) return ['not-an-update'];
      if (at < 10) return ['newer-format'];
      if (at < 14) return ['tampered', 'cut-short'];
      if (at < 26) return ['unknown-key'];
      return ['tampered'];
    };
    for (let at = 0; at < bytes.length; at++) {
      // Every bit of the head, one of each byte behind it.
      const bits = at < 26 ? [0, 1, 2, 3, 4, 5, 6, 7] : [at % 8];
      for (const bit of bits) {
        const other = changed(file, (copy) => {
          copy[at] = (copy[at] ?? 0) ^ (1 << bit);
          return copy;
        });
        const where = at < manifestEnd ? `byte ${at}` : `byte ${at} (package)`;
        expect(expected(at), where).toContain(await refusal(other));
      }
    }
  });

  test('that was cut short anywhere, or is longer than it says, is refused', async () => {
    const file = await maker.make(folder, { content: randomBytes(500) });
    const { size } = statSync(file);
    for (const length of [0, 1, 8, headBytes - 1]) {
      expect(await refusal(changed(file, (bytes) => bytes.subarray(0, length)))).toBe(
        'not-an-update',
      );
    }
    for (const length of [headBytes, headBytes + 10, size - 500, size - 1])
      expect(await refusal(changed(file, (bytes) => bytes.subarray(0, length)))).toBe('cut-short');
    expect(await refusal(changed(file, (bytes) => Buffer.concat([bytes, Buffer.of(0)])))).toBe(
      'tampered',
    );
  });

  test('that promises a huge manifest is refused before room is made for it', async () => {
    const file = await maker.make(folder);
    for (const length of [0, 65_537, 0x7fffffff, 0xffffffff]) {
      const other = changed(file, (bytes) => {
        bytes.writeUInt32BE(length, 10);
        return bytes;
      });
      expect(await refusal(other)).toBe('tampered');
    }
  });

  test('without a signature, or with another’s, is told apart from one that was changed', async () => {
    const file = await maker.make(folder);
    expect(await refusal(changed(file, (bytes) => bytes.fill(0, 26, 90)))).toBe('unsigned');
    expect(await refusal(await new Maker().make(folder, { name: 'foreign' }))).toBe('unknown-key');
    expect(await refusal(file, [])).toBe('no-key');
    // Another's file that claims the known key.
    const claimed = changed(path.join(folder, 'foreign'), (bytes) => {
      maker.key.id.copy(bytes, 14);
      return bytes;
    });
    expect(await refusal(claimed)).toBe('tampered');
  });

  test('of anything else is no update', async () => {
    for (const content of ['', 'PK\x03\x04', 'dermaspike'.repeat(100)]) {
      const file = path.join(folder, 'other');
      writeFileSync(file, content);
      expect(await refusal(file)).toBe('not-an-update');
    }
  });

  test('is looked through no further than the person waits for it', async () => {
    const update = await UpdateFile.open(
      await maker.make(folder, { content: randomBytes(2_500_000) }),
      keys,
    );
    const waiting = new AbortController();
    const shares: number[] = [];
    const verified = update.verify((share) => {
      shares.push(share);
      waiting.abort();
    }, waiting.signal);
    await expect(verified).rejects.toThrow('aborted');
    expect(shares).toHaveLength(1);
    await update.close();
  });

  test('that changes while it is unpacked leaves nothing behind', async () => {
    const file = await maker.make(folder, { content: randomBytes(3_000_000) });
    const update = await UpdateFile.open(file, keys);
    await update.verify();
    const target = path.join(folder, 'half');
    let isCut = false;
    const unpacked = update.unpack(target, () => {
      if (!isCut) truncateSync(file, 1_500_000);
      isCut = true;
    });
    await expect(unpacked).rejects.toMatchObject({ code: 'cut-short' });
    await update.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([]);
  });
});

test('keys stand as PEM blocks among words, and any but Ed25519 are refused', () => {
  const text = `For updates:\n${maker.publicPem}\nand\n${new Maker().publicPem}`;
  expect(readUpdateKeys(text).map(({ fingerprint }) => fingerprint)[0]).toBe(maker.key.fingerprint);
  expect(readUpdateKeys(text)).toHaveLength(2);
  expect(readUpdateKeys('There is no key.')).toEqual([]);
});

const manifest: UpdateManifest = {
  product: 'dermaspike',
  version: '1.3.0',
  platform: 'linux',
  arch: 'x64',
  kind: 'appimage',
  fileName: 'a',
  sizeBytes: 1,
  sha256: '0'.repeat(64),
  database: 25,
  leastDatabase: 1,
  madeAt: '2026-11-27T10:00:00.000Z',
  notes: '',
};

test.each<[keyof UpdateManifest, within: unknown[], beyond: unknown[]]>([
  ['product', ['d', 'd'.repeat(40)], ['', 'd'.repeat(41)]],
  ['version', ['0.0.0', '99999.0.10'], ['1.2', '1.2.3.4', '100000.0.0', '1.2.3-beta']],
  ['fileName', ['a', 'a'.repeat(120)], ['', 'a'.repeat(121), '../a', '.a']],
  ['sizeBytes', [1, 2 ** 32], [0, 2 ** 32 + 1, 1.5]],
  ['database', [1], [0, 1.5]],
  ['leastDatabase', [1], [0, 1.5]],
  ['notes', ['n'.repeat(10_000)], ['n'.repeat(10_001)]],
])('of an update’s %s only what is within its bounds is taken', (name, within, beyond) => {
  const isTaken = (value: unknown) =>
    updateManifest.safeParse({ ...manifest, [name]: value }).success;
  expect(within.map(isTaken)).toEqual(within.map(() => true));
  expect(beyond.map(isTaken)).toEqual(beyond.map(() => false));
});

describe('an update fits', () => {
  const program = {
    version: '1.2.10',
    platform: 'linux',
    arch: 'x64',
    kind: 'appimage',
    database: 24,
  } as const;
  const fits = (wanted: Partial<UpdateManifest>, here = {}) => {
    try {
      assertFits({ ...manifest, ...wanted }, { ...program, ...here });
      return 'yes';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  test.each<[string, Partial<UpdateManifest>, string]>([
    ['a newer version', {}, 'yes'],
    ['a newer one by its last number', { version: '1.2.11' }, 'yes'],
    ['an older version', { version: '1.2.9' }, 'older'],
    ['the same version', { version: '1.2.10' }, 'same-version'],
    ['a newer version with an older database', { database: 23 }, 'older'],
    ['a newer version with the same database', { database: 24 }, 'yes'],
    ['one that needs this database', { leastDatabase: 24 }, 'yes'],
    ['one that needs a newer database', { leastDatabase: 25 }, 'newer-database'],
    ['another system', { platform: 'win32', kind: 'nsis' }, 'other-system'],
    ['another processor', { arch: 'arm64' }, 'other-system'],
    ['another form of package', { kind: 'deb' }, 'other-system'],
    ['another program', { product: 'dermascope' }, 'other-product'],
  ])('or not: %s', (_, wanted, expected) => {
    expect(fits(wanted)).toBe(expected);
  });

  test('a program that was unpacked by hand in any form', () => {
    expect(fits({ kind: 'deb' }, { kind: null })).toBe('yes');
  });
});
