import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeWhole } from '../../src/store/backup/medium-files.ts';
import { writeDurably } from '../../src/store/durable-file.ts';
import { temporaryFolder } from './harness.ts';
import { openFiles, watchDisk } from './watched-disk.ts';

describe.skipIf(process.platform !== 'linux').each([
  ['the clinic’s folder', writeDurably, ['a.json.tmp', 'renamed', 'folder']],
  // Its rename is not seen here.
  ['a medium', writeWhole, ['a.json.tmp', 'folder']],
] as const)('a file in %s', (_, write, order) => {
  test('is on the disk before it takes the old one’s place, and so is the folder after it', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a.json');
    await write(file, 'old');
    const seen = await watchDisk(folder);
    await write(file, 'new');
    expect(seen).toEqual(order);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  test('that cannot be put there leaves nothing behind', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a.json');
    mkdirSync(path.join(file, 'in the way'), { recursive: true });
    await expect((async () => write(file, 'new'))()).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  test('is closed again', async () => {
    const file = path.join(temporaryFolder(), 'a.json');
    await write(file, 'old');
    const before = openFiles();
    for (let n = 0; n < 5; n++) await write(file, `${n}`);
    expect(openFiles()).toBe(before);
  });
});
