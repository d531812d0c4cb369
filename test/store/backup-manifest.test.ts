import { createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Block,
  BlockTable,
  blockBytes,
  blockOfPage,
  blockPlaces,
  placeOfBlock,
  readHead,
  readManifest,
} from '../../src/store/backup/manifest.ts';
import { manifestFile } from '../../src/store/backup/medium.ts';
import { BackupKeys, sealBytes } from '../../src/store/backup/seal.ts';
import { checksum } from '../../src/store/clinic-file.ts';
import { pageBytes } from '../../src/store/connection.ts';
import { filePieces, lockPageAt } from '../../src/store/file-pieces.ts';
import { temporaryFolder } from './harness.ts';
import { clinicText, madeMedium } from './made-medium.ts';

let text: string;
beforeAll(async () => {
  text = await clinicText();
});

const hkdf = (dataKey: Uint8Array, clinicId: string, purpose: string) =>
  Buffer.from(hkdfSync('sha256', dataKey, clinicId, `dermaspike backup ${purpose}`, 32));

/** As the format has it: nonce, tag, and what was sealed. */
function opened(sealed: Buffer, key: Buffer, about: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(sealed.subarray(12, 28));
  return decipher.update(sealed.subarray(28)).toString('utf8') + decipher.final('utf8');
}

describe('a backup’s list', () => {
  test('is in the format of every version: a line in the clear with its hash, and one that the clinic’s key opens', async () => {
    const { folder, clinic, dataKey, put } = madeMedium(text);
    const packs = ['01980000-0000-7000-8000-000000000001', '01980000-0000-7000-8000-000000000002'];
    const id = await put({ commits: 12, packs });
    const [head = '', body = '', ...rest] = readFileSync(manifestFile(folder, id), 'utf8').split(
      '\n',
    );
    expect(rest).toEqual(['']);
    const { check, ...said } = JSON.parse(head);
    const named = createHmac('sha256', hkdf(dataKey, clinic.clinicId, 'naming'));
    expect(said).toEqual({
      ...{ format: 1, id, madeAt: '2026-03-01T10:00:00.000Z', program: '1.2.3', database: 7 },
      ...{
        sizeBytes: 4096,
        keyId: named.update('id').digest('hex').slice(0, 16),
        keys: text,
        packs,
      },
    });
    expect(check).toBe(checksum(said));
    const key = hkdf(dataKey, clinic.clinicId, 'sealing');
    const {
      contents,
      packs: inside,
      blocks,
    } = JSON.parse(opened(Buffer.from(body, 'base64'), key, head));
    expect(contents).toMatchObject({ commits: 12, patients: 0 });
    expect(inside).toEqual(packs);
    // Each block's name, the number of its pack and where it begins there.
    const table = Buffer.from(blocks, 'base64');
    expect(table).toHaveLength(2 * (32 + 4 + 8));
    expect([table.readUInt32BE(32), table.readUInt32BE(44 + 32)]).toEqual([0, 1]);
  });

  test('is read as it was written, and told of as damaged by any other key', async () => {
    const { folder, clinic, keys, put } = madeMedium(text);
    const id = await put({ commits: 12 });
    const file = manifestFile(folder, id);
    const manifest = await readManifest(file, keys);
    expect(manifest).toMatchObject({
      head: { id },
      contents: { commits: 12 },
      blocks: { length: 1 },
    });
    expect(await readHead(file)).toMatchObject({
      head: { id },
      clinic: { clinicId: clinic.clinicId },
    });
    const other = new BackupKeys(clinic.clinicId, randomBytes(32));
    await expect(readManifest(file, other)).rejects.toMatchObject({ code: 'backup-damaged' });
  });

  test.each<[string, (head: Record<string, unknown>) => unknown, string]>([
    ['of a newer format', (head) => ({ ...head, format: 2 }), 'backup-newer'],
    [
      'of a newer format that says more',
      (head) => ({ ...head, format: 2, more: 1 }),
      'backup-newer',
    ],
    ['that says more than its format', (head) => ({ ...head, more: 1 }), 'backup-damaged'],
    ['of no format', ({ format: _, ...head }) => head, 'backup-damaged'],
    ['of a format that is none', (head) => ({ ...head, format: '2' }), 'backup-damaged'],
    ['without its time', ({ madeAt: _, ...head }) => head, 'backup-damaged'],
    ['whose copy of clinic.json is none', (head) => ({ ...head, keys: '{}' }), 'backup-damaged'],
    ['that is a number', () => 5, 'backup-damaged'],
    ['that is null', () => null, 'backup-damaged'],
    ['that is a list', () => [], 'backup-damaged'],
  ])('%s is told of so', async (_, change, code) => {
    const { folder, put } = madeMedium(text);
    const file = manifestFile(folder, await put());
    const [head = '', body] = readFileSync(file, 'utf8').split('\n');
    const { check: __, ...said } = JSON.parse(head);
    const changed = change(said);
    const isRecord = typeof changed === 'object' && changed !== null && !Array.isArray(changed);
    const line = JSON.stringify(isRecord ? { ...changed, check: checksum(changed) } : changed);
    writeFileSync(file, `${line}\n${body}\n`);
    await expect(readHead(file)).rejects.toMatchObject({ name: 'BackupError', code });
    // Its hash is looked at before what it says is believed.
    const wrong = JSON.stringify(isRecord ? { ...changed, check: 'else' } : changed);
    writeFileSync(file, `${wrong}\n${body}\n`);
    await expect(readHead(file)).rejects.toMatchObject({ code: 'backup-damaged' });
  });

  test('that says more than its format is damaged under the clinic’s own key, too', async () => {
    const { folder, keys, put } = madeMedium(text);
    const file = manifestFile(folder, await put());
    const [head = '', body = ''] = readFileSync(file, 'utf8').split('\n');
    const inside = keys.open(Buffer.from(body, 'base64'), Buffer.from(head));
    const { check: _, ...said } = JSON.parse(head);
    for (const [more, isRead] of [
      [{}, true],
      [{ more: 1 }, false],
    ] as const) {
      const changed = { ...said, ...more };
      const line = JSON.stringify({ ...changed, check: checksum(changed) });
      const sealed = keys.seal(inside ?? Buffer.alloc(0), Buffer.from(line));
      writeFileSync(file, `${line}\n${sealed.toString('base64')}\n`);
      const reading = readManifest(file, keys);
      if (isRead) await expect(reading).resolves.toMatchObject({ head: said });
      else await expect(reading).rejects.toMatchObject({ code: 'backup-damaged' });
    }
  });

  test('of the first ones, without hash and packs, is read', async () => {
    const { folder, put } = madeMedium(text);
    const id = await put();
    const file = manifestFile(folder, id);
    const [head = '', body] = readFileSync(file, 'utf8').split('\n');
    const { check: _, packs: __, ...first } = JSON.parse(head);
    writeFileSync(file, `${JSON.stringify(first)}\n${body}\n`);
    expect((await readHead(file)).head).toEqual(first);
    for (const none of ['', 'no list', '{"format": 1'])
      await expect(
        (async () => {
          writeFileSync(file, none);
          return readHead(file);
        })(),
      ).rejects.toMatchObject({ code: 'backup-damaged' });
  });
});

describe('the table of blocks', () => {
  const pack = (n: number) => createHash('md5').update(`${n}`).digest('hex');
  const block = (n: number): Block => ({
    name: createHash('sha256').update(`${n}`).digest(),
    pack: pack(n % 3),
    // Beyond what 32 bits hold.
    at: n * 2 ** 30,
  });

  test('gives back thousands in their order, each with its name, pack and place, and so it does when read again', () => {
    const table = new BlockTable();
    expect(table.at(0)).toBeUndefined();
    for (let n = 0; n < 5000; n++) {
      expect(table.length).toBe(n);
      table.add(block(n));
    }
    const again = new BlockTable(table.packs, Buffer.from(table.bytes));
    for (const each of [table, again]) {
      expect(each.length).toBe(5000);
      expect(each.packs).toEqual([pack(0), pack(1), pack(2)]);
      for (const n of [0, 1, 2, 3, 1023, 1024, 1025, 2047, 2048, 4096, 4999])
        expect(each.at(n)).toEqual(block(n));
      expect(each.at(5000)).toBeUndefined();
      expect(each.bytes).toHaveLength(5000 * 44);
    }
    again.add(block(5000));
    again.add({ ...block(5001), pack: pack(9) });
    expect(again.at(5000)).toEqual(block(5000));
    expect(again.at(5001)).toEqual({ ...block(5001), pack: pack(9) });
    expect(again.packs).toEqual([pack(0), pack(1), pack(2), pack(9)]);
  });

  test('has nothing of a pack that it does not name, nor where an entry is cut short', () => {
    const table = new BlockTable();
    table.add(block(0));
    table.add(block(1));
    const { bytes } = table;
    expect(new BlockTable([pack(0)], bytes).at(1)).toBeUndefined();
    const short = new BlockTable(table.packs, bytes.subarray(0, -1));
    expect(short.length).toBe(1);
    expect(short.at(0)).toEqual(block(0));
    expect(short.at(1)).toBeUndefined();
  });
});

describe('a database’s file', () => {
  test('is divided so that each page lies in one block, but the page that SQLite locks, which none reads', () => {
    for (const [sizeBytes, blocks] of [
      [0, 0],
      [pageBytes, 1],
      [blockBytes, 1],
      [blockBytes + pageBytes, 2],
      [lockPageAt, 8192],
      [lockPageAt + pageBytes, 8192],
      [lockPageAt + 2 * pageBytes, 8193],
      [lockPageAt + pageBytes + blockBytes, 8193],
      [lockPageAt + pageBytes + 2 * blockBytes + 3 * pageBytes, 8195],
    ] as const) {
      const places = [...blockPlaces(sizeBytes)];
      expect(places, `${sizeBytes} bytes`).toHaveLength(blocks);
      expect(placeOfBlock(blocks, sizeBytes)).toBeUndefined();
      for (const [n, { at, length }] of places.entries()) {
        const begins = n * blockBytes + (n >= 8192 ? pageBytes : 0);
        const wanted = { at: begins, length: Math.min(blockBytes, sizeBytes - begins) };
        // Thousands of times, so only a difference is left to `expect`.
        if (at !== wanted.at || length !== wanted.length) expect({ at, length }).toEqual(wanted);
        if (n > 2 && n < 8190) continue;
        expect(placeOfBlock(n, sizeBytes)).toEqual(wanted);
        expect(blockOfPage(at / pageBytes + 1, pageBytes)).toBe(n);
        expect(blockOfPage((at + length) / pageBytes, pageBytes)).toBe(n);
      }
    }
    expect(blockBytes).toBe(131_072);
    expect(lockPageAt).toBe(1_073_741_824);
  });

  test('is read in no piece that is longer than asked for', () => {
    expect([...filePieces(10_000, 4096)]).toEqual([
      { at: 0, length: 4096 },
      { at: 4096, length: 4096 },
      { at: 8192, length: 1808 },
    ]);
    expect([...filePieces(0, 4096)]).toEqual([]);
    const pieces = [...filePieces(lockPageAt + 3 * pageBytes, lockPageAt / 2)];
    expect(pieces).toEqual([
      { at: 0, length: lockPageAt / 2 },
      { at: lockPageAt / 2, length: lockPageAt / 2 },
      { at: lockPageAt + pageBytes, length: 2 * pageBytes },
    ]);
  });
});

describe('the keys of a clinic’s backups', () => {
  const dataKey = randomBytes(32);
  const about = Buffer.from('about');

  test('open what they sealed, about the same thing alone and unchanged', () => {
    const keys = new BackupKeys('clinic', dataKey);
    for (const content of [Buffer.alloc(0), Buffer.from('x'), randomBytes(5000)]) {
      const sealed = keys.seal(content, about);
      expect(sealed).toHaveLength(content.length + sealBytes);
      expect(keys.open(sealed, about)?.equals(content)).toBe(true);
      expect(keys.open(sealed, Buffer.from('other'))).toBeUndefined();
      for (const at of [0, 11, 12, 27, sealed.length - 1]) {
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
        expect(keys.open(changed, about)).toBeUndefined();
      }
      for (const length of [0, 12, 27])
        expect(keys.open(sealed.subarray(0, length), about)).toBeUndefined();
      expect(keys.seal(content, about).equals(sealed)).toBe(false);
    }
    for (const other of [
      new BackupKeys('clinic', randomBytes(32)),
      new BackupKeys('else', dataKey),
    ]) {
      expect(other.open(keys.seal(about, about), about)).toBeUndefined();
      expect(other.id).not.toBe(keys.id);
      expect(other.name(about).equals(keys.name(about))).toBe(false);
    }
  });

  test('name the same content the same', () => {
    const keys = new BackupKeys('clinic', dataKey);
    const name = keys.name(about);
    expect(name).toHaveLength(32);
    expect(keys.hasName(about, name)).toBe(true);
    expect(keys.hasName(Buffer.from('other'), name)).toBe(false);
  });

  test('are zeroed when they are forgotten, which may be twice', () => {
    const keys = new BackupKeys('clinic', dataKey);
    keys.forget();
    keys.forget();
    const zeroes = Buffer.alloc(32);
    expect(keys.name(about).equals(createHmac('sha256', zeroes).update(about).digest())).toBe(true);
    expect(opened(keys.seal(Buffer.from('said'), about), zeroes, 'about')).toBe('said');
  });
});

test('a list cut short before its end is damaged', async () => {
  const { folder, keys, put } = madeMedium(text);
  const file = manifestFile(folder, await put());
  const whole = readFileSync(file);
  const cut = path.join(temporaryFolder(), 'cut.backup');
  for (const length of [whole.length - 10, whole.indexOf('\n') + 1, whole.indexOf('\n')]) {
    writeFileSync(cut, whole.subarray(0, length));
    await expect(readManifest(cut, keys)).rejects.toMatchObject({ code: 'backup-damaged' });
  }
});
