import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readTarEntry, TarError, tarEntries } from '../../src/interchange/tar.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-tar-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One header block of an ustar archive, by the POSIX layout. */
function header(
  name: string,
  size: number,
  { type = '0', magic = 'ustar', prefix = '' } = {},
): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(`${magic}\0`, 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padded(text: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

function entry(name: string, text: string, options = {}): Buffer {
  return Buffer.concat([header(name, Buffer.byteLength(text), options), padded(text)]);
}

const end = Buffer.alloc(1024);

async function read(archive: Buffer | string): Promise<[name: string, text: string][]> {
  const file = typeof archive === 'string' ? archive : path.join(folder, 'archive.tar');
  if (typeof archive !== 'string') await writeFile(file, archive);
  const handle: FileHandle = await open(file);
  try {
    const found: [string, string][] = [];
    for await (const each of tarEntries(handle))
      found.push([each.name, (await readTarEntry(handle, each)).toString()]);
    return found;
  } finally {
    await handle.close();
  }
}

describe('a tar archive', () => {
  it('gives its regular files with their names and bytes, and passes over everything else', async () => {
    const archive = Buffer.concat([
      entry('folder/', '', { type: '5' }),
      entry('a.jpg', 'first'),
      entry('link.jpg', '', { type: '2' }),
      entry('empty.jpg', ''),
      entry('b.jpg', 'second', { prefix: 'deep/er' }),
      end,
    ]);
    expect(await read(archive)).toEqual([
      ['a.jpg', 'first'],
      ['empty.jpg', ''],
      ['deep/er/b.jpg', 'second'],
    ]);
  });

  it('takes long names from pax and GNU headers, for the next file only', async () => {
    const [pax, gnu] = [`${'p'.repeat(150)}.jpg`, `${'g'.repeat(150)}.jpg`];
    const record = `${pax.length + 10} path=${pax}\n`;
    const archive = Buffer.concat([
      entry('global', '20 comment=whatever\n', { type: 'g' }),
      entry('PaxHeaders/x', record, { type: 'x' }),
      entry('ppp', '1'),
      entry('././@LongLink', `${gnu}\0`, { type: 'L' }),
      entry('ggg', '2'),
      entry('short.jpg', '3'),
      end,
    ]);
    expect(await read(archive)).toEqual([
      [pax, '1'],
      [gnu, '2'],
      ['short.jpg', '3'],
    ]);
  });

  it('takes a name that fills its field, and of an old GNU header no times for a folder', async () => {
    const full = 'f'.repeat(100);
    expect(await read(Buffer.concat([entry(full, '1'), end]))).toEqual([[full, '1']]);
    const gnu = header('old.jpg', 0, { magic: 'ustar  ', prefix: '14713222611' });
    expect(await read(Buffer.concat([gnu, end]))).toEqual([['old.jpg', '']]);
  });

  it('has names of 64 KiB at most, in a header of their own', async () => {
    const named = (length: number) =>
      read(
        Buffer.concat([
          entry('L', 'n'.repeat(length), { type: 'L' }),
          entry('short.jpg', '1'),
          end,
        ]),
      );
    expect(await named(65_536)).toEqual([['n'.repeat(65_536), '1']]);
    await expect(named(65_537)).rejects.toThrow('The header at byte 512 is too long.');
  });

  it('ends at its end mark, or at the end of the file', async () => {
    expect(await read(Buffer.concat([entry('a', '1'), end, entry('b', '2')]))).toEqual([
      ['a', '1'],
    ]);
    expect(await read(entry('a', '1'))).toEqual([['a', '1']]);
    expect(await read(Buffer.alloc(0))).toEqual([]);
  });

  it.each([
    ['other bytes', Buffer.alloc(2048, 'not a tar'), /not a tar archive/],
    ['a flipped byte', entry('a', '1').fill(1, 3, 4), /damaged at byte 0/],
    ['a file cut short', entry('a', 'x'.repeat(2000)).subarray(0, 1500), /ends inside a/],
    ['an endless name', header('L', 1 << 20, { type: 'L' }), /ends inside/],
  ])('refuses %s', async (_, archive, message) => {
    const reading = read(archive);
    await expect(reading).rejects.toThrow(TarError);
    await expect(reading).rejects.toThrow(message);
  });

  it('made by the system’s tar is read', async () => {
    const long = `${'n'.repeat(120)}.jpg`;
    mkdirSync(path.join(folder, 'in/sub'), { recursive: true });
    writeFileSync(path.join(folder, 'in/a.jpg'), 'first');
    writeFileSync(path.join(folder, 'in/sub', long), 'second');
    symlinkSync('a.jpg', path.join(folder, 'in/z.jpg'));
    for (const format of ['ustar', 'pax', 'gnu']) {
      const file = path.join(folder, `${format}.tar`);
      const args = ['--format', format, '--sort=name', '-cf', file, '-C', folder, 'in'];
      try {
        execFileSync('tar', args, { stdio: 'pipe' });
      } catch {
        continue; // The system's tar knows neither these options nor this format.
      }
      expect(await read(file)).toEqual([
        ['in/a.jpg', 'first'],
        [`in/sub/${long}`, 'second'],
      ]);
    }
  });

  it('with any byte changed or the end missing is read as it is, or refused as damaged', async () => {
    const whole = Buffer.concat([entry('a.jpg', 'first'), entry('b.jpg', 'x'.repeat(700)), end]);
    const position = fc.nat({ max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(position, fc.nat({ max: 255 }), position, async (at, value, length) => {
        const changed = Buffer.from(whole);
        changed[at] = value;
        for (const archive of [changed, whole.subarray(0, length)]) {
          const outcome = await read(archive).catch((error: unknown) => error);
          expect(Array.isArray(outcome) || outcome instanceof TarError).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});
