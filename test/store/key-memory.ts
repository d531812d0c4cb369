import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { readClinicFile } from '../../src/store/clinic-file.ts';
import { unlockClinic } from '../../src/store/index.ts';
import { openUserSlot } from '../../src/store/key-slots.ts';

/**
 * Prints how often the data key of the clinic in `argv[2]` is in this process's memory while the
 * clinic is open, then once it is closed. Linux only.
 */
const [folder = '', userName = '', passphrase = ''] = process.argv.slice(2);
const chunkBytes = 2 ** 20;
const mask = 0xa5;

/** What is searched for must not itself be found: it is kept masked. */
async function maskedDataKey(): Promise<Buffer> {
  const file = readClinicFile(folder);
  const [slot] = file.users;
  if (!slot) throw new Error('The clinic has no user.');
  const key = await openUserSlot(file.clinicId, slot, passphrase);
  const masked = Buffer.from(key.map((byte) => byte ^ mask));
  key.fill(0);
  return masked;
}

function writableRegions(): (readonly [from: number, to: number])[] {
  const lines = readFileSync('/proc/self/maps', 'utf8').matchAll(/^([\da-f]+)-([\da-f]+) rw/gm);
  return Array.from(lines, ([, from = '', to = '']) => [parseInt(from, 16), parseInt(to, 16)]);
}

function occurrences(masked: Buffer): number {
  // A few bytes of the key are quick to look for, and are not the key.
  const start = Buffer.from(masked.subarray(0, 4).map((byte) => byte ^ mask));
  const memory = openSync('/proc/self/mem', 'r');
  const chunk = Buffer.alloc(chunkBytes);
  let found = 0;
  for (const [from, to] of writableRegions())
    for (let at = from; at < to; at += chunkBytes - masked.length) {
      const bytes = chunk.subarray(0, readOrNothing(memory, chunk, at, to - at));
      for (let i = bytes.indexOf(start); i >= 0; i = bytes.indexOf(start, i + 1))
        if (masked.every((byte, n) => bytes[i + n] === (byte ^ mask))) found += 1;
    }
  chunk.fill(0);
  closeSync(memory);
  return found;
}

/** Some regions are reserved and cannot be read. */
function readOrNothing(memory: number, chunk: Buffer, position: number, length: number): number {
  try {
    return readSync(memory, chunk, 0, Math.min(length, chunk.length), position);
  } catch {
    return 0;
  }
}

const masked = await maskedDataKey();
const { store } = await unlockClinic(folder, { userName, passphrase });
const whileOpen = occurrences(masked);
store.close();
process.stdout.write(`${whileOpen} ${occurrences(masked)}`);
