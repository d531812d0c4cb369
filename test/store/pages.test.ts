import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Connection } from '../../src/store/connection.ts';
import { Pages } from '../../src/store/pages.ts';
import { dataKeyOf, details, newClinic } from './harness.ts';

async function clinicFile() {
  const { folder, store } = await newClinic();
  store.patients.enrol(details({ familyName: 'Okafor' }));
  store.close();
  const file = path.join(folder, 'clinic.db');
  return { file, bytes: readFileSync(file), key: await dataKeyOf(folder) };
}

function pagesOf(bytes: Buffer) {
  return Array.from({ length: bytes.length / 4096 }, (_, n) => ({
    number: n + 1,
    page: bytes.subarray(n * 4096, (n + 1) * 4096),
  }));
}

test('every page of a clinic is authentic under its key and in its place, and under no other', async () => {
  const { bytes, key } = await clinicFile();
  const cipher = new Pages(key, bytes);
  const other = new Pages(Buffer.alloc(32, 1), bytes);
  for (const { page, number } of pagesOf(bytes)) {
    expect(cipher.isAuthentic(page, number)).toBe(true);
    expect(cipher.isAuthentic(page, number + 1)).toBe(false);
    expect(other.isAuthentic(page, number)).toBe(false);
    const bad = Buffer.from(page);
    const at = (number * 37) % 4096;
    bad.writeUInt8(bad.readUInt8(at) ^ 1, at);
    // The salt makes the key of the MAC, and is no part of what the MAC covers.
    if (number > 1 || at >= 16) expect(cipher.isAuthentic(bad, number)).toBe(false);
  }
});

test('pages sealed under another key make a database that opens under it', async () => {
  const { file, bytes, key } = await clinicFile();
  const from = new Pages(key, bytes);
  const fresh = Buffer.alloc(32, 9);
  const salt = Buffer.alloc(16, 5);
  const to = new Pages(fresh, salt);
  const pages = pagesOf(bytes).map(({ page, number }) => {
    const text = from.open(page, number);
    if (!text) throw new Error('A page is not authentic.');
    return to.seal(text, number, salt);
  });
  writeFileSync(file, Buffer.concat(pages));
  const connection = Connection.open(file, fresh);
  expect(connection.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  expect(connection.get('SELECT family_name AS name FROM patient')).toEqual({ name: 'Okafor' });
  connection.close();
});
