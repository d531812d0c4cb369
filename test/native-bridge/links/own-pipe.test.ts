import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openPipe, ownPipe } from '../../../native-bridge/links/pipe.ts';

let stdin: PassThrough;
let stdout: PassThrough;

beforeEach(() => {
  stdin = new PassThrough();
  stdout = new PassThrough();
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as unknown as typeof process.stdin);
  vi.spyOn(process, 'stdout', 'get').mockReturnValue(stdout as unknown as typeof process.stdout);
});
afterEach(() => vi.restoreAllMocks());

function open() {
  const link = ownPipe();
  const reasons: string[] = [];
  const received: number[] = [];
  link.onClose((reason) => reasons.push(reason));
  link.onBytes((bytes) => received.push(...bytes));
  return { link, reasons, received };
}

it('a program’s own end of a pipe carries bytes both ways until the other side is gone, once', async () => {
  const { link, reasons, received } = open();
  stdin.write(Uint8Array.of(1, 2));
  await expect.poll(() => received).toEqual([1, 2]);
  link.write(Uint8Array.of(3));
  expect([...(stdout.read() as Buffer)]).toEqual([3]);
  stdin.destroy(new Error('EPIPE'));
  await expect.poll(() => reasons).toEqual(['the other side is gone']);
  stdout.emit('error', new Error('EPIPE'));
  link.close();
  link.write(Uint8Array.of(4));
  expect(stdout.read()).toBeNull();
  expect(reasons).toHaveLength(1);
});

it('a program’s own end of a pipe ends when nothing can be written any more', () => {
  const { reasons } = open();
  stdout.emit('error', new Error('EPIPE'));
  expect(reasons).toEqual(['the other side is gone']);
  expect(stdin.destroyed).toBe(true);
});

it('a pipe that was closed on this side takes nothing more, and says once how the program ended', async () => {
  const link = openPipe({ program: process.execPath, args: ['-e', 'process.stdin.resume()'] });
  const reasons: string[] = [];
  link.onBytes(() => {});
  link.onClose((reason) => reasons.push(reason));
  link.close();
  link.write(Uint8Array.of(1));
  link.close();
  expect(reasons).toEqual(['it was closed on this side']);
});
