import { describe, expect, test } from 'vitest';
import { filterFor, filterOfRings } from '../../src/processes/seal/filter.ts';
import { machines } from '../../src/processes/seal/syscalls.ts';

/** A call as the kernel shows it to a filter (`struct seccomp_data`). */
interface Call {
  readonly number: number;
  readonly arch: number;
  readonly args?: readonly number[];
}

/** Runs a filter as the kernel does (classic BPF, `linux/filter.h`): what becomes of the call. */
function outcome(filter: Buffer, { number, arch, args = [] }: Call): string {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(arch, 4);
  for (const [index, value] of args.entries()) data.writeUInt32LE(value, 16 + 8 * index);
  let word = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const code = filter.readUInt16LE(at);
    const value = filter.readUInt32LE(at + 4);
    if (code === 0x06) return outcomes[value] ?? `unknown ${value.toString(16)}`;
    if (code === 0x20) word = data.readUInt32LE(value);
    else {
      const isSo =
        code === 0x15 ? word === value : code === 0x35 ? word >= value : (word & value) !== 0;
      at += 8 * filter.readUInt8(at + (isSo ? 2 : 3));
    }
  }
  throw new Error('The filter ends without an outcome.');
}

const outcomes: Readonly<Record<number, string>> = {
  2147418112: 'allowed',
  327693: 'EACCES',
  327718: 'ENOSYS',
};

const pid = 4711;
const appending = 0o2001;
const readingOnly = 0o2000000; // with O_CLOEXEC
const [read, thread, fork] = [0b01, 0x3d0f00, 0x11];
const [shared, anonymous] = [0x01, 0x22];

describe.each(Object.entries(machines))('the filter of %s', (_, machine) => {
  const filter = filterFor(machine, pid);
  const of = (number: number, ...args: number[]) =>
    outcome(filter, { number, arch: machine.auditArch, args });

  test('lets files be opened to be read, and none to be written', () => {
    expect(of(machine.openat, 0, 0, readingOnly)).toBe('allowed');
    for (const flags of [appending, 0o2, 0o100, 0o1000])
      expect(of(machine.openat, 0, 0, flags)).toBe('EACCES');
    if (machine.open === undefined) return;
    expect(of(machine.open, 0, readingOnly)).toBe('allowed');
    expect(of(machine.open, 0, appending)).toBe('EACCES');
  });

  test('lets memory be made to run, which V8 compiles into, and no file', () => {
    expect(of(machine.mmap, 0, 0, 0b111, anonymous)).toBe('allowed');
    expect(of(machine.mmap, 0, 0, read, shared)).toBe('allowed');
    expect(of(machine.mmap, 0, 0, 0b101, shared)).toBe('EACCES');
  });

  test('lets threads begin, and no process', () => {
    expect(of(machine.clone, thread)).toBe('allowed');
    expect(of(machine.clone, fork)).toBe('EACCES');
  });

  test('lets signals go to this process alone', () => {
    for (const call of machine.ofProcess) {
      expect(of(call, pid)).toBe('allowed');
      for (const other of [0, 1, 0xffffffff]) expect(of(call, other)).toBe('EACCES');
    }
  });

  test('lets a terminal be asked, and nothing be typed on it', () => {
    expect(of(machine.ioctl, 0, 0x5401)).toBe('allowed');
    for (const typing of [0x5412, 0x541c]) expect(of(machine.ioctl, 0, typing)).toBe('EACCES');
  });

  test('refuses what it names, says of newer ways that there are none, and lets the rest pass', () => {
    for (const call of machine.refused) expect(of(call)).toBe('EACCES');
    for (const call of machine.absent) expect(of(call)).toBe('ENOSYS');
    expect(new Set([...machine.refused, ...machine.absent]).size).toBe(
      machine.refused.length + machine.absent.length,
    );
    const named = [...machine.refused, ...machine.absent, ...machine.ofProcess];
    const looked = [machine.open, machine.openat, machine.mmap, machine.clone, machine.ioctl];
    for (let call = 0; call < 500; call++)
      if (!named.includes(call) && !looked.includes(call))
        expect([call, of(call)]).toEqual([call, 'allowed']);
  });

  test('refuses whatever is called by another machine’s table', () => {
    const arch = 0x40000003; // i386
    expect(outcome(filter, { number: 3, arch })).toBe('EACCES');
    expect(outcome(filterOfRings(machine), { number: 3, arch })).toBe('EACCES');
    if (machine.end !== undefined) expect(of(machine.end)).toBe('EACCES');
  });

  test('before that, those that are started are left without rings alone', () => {
    const rings = filterOfRings(machine);
    const call = (number: number) => outcome(rings, { number, arch: machine.auditArch });
    expect(call(425)).toBe('ENOSYS');
    for (const other of machine.refused) expect(call(other)).toBe('allowed');
  });
});
