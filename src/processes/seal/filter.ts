import { type Machine, ringSetup } from './syscalls.ts';

/**
 * A filter of system calls as the kernel takes it (`seccomp(2)`): a program in classic BPF, which is given each
 * call's number, the table that it is of, and its arguments, and returns what becomes of it.
 */

/** Of `linux/filter.h`: load a word; jump if equal, not less, or any of these bits; return. */
const op = { load: 0x20, ifEqual: 0x15, ifNotLess: 0x35, ifAny: 0x45, give: 0x06 };
/** Of `linux/seccomp.h`; a refusal carries the number of an error. */
const allow = 0x7fff0000;
const refuse = 0x00050000;
const notAllowed = 13; // EACCES
const notThere = 38; // ENOSYS

/** Places in `struct seccomp_data`. */
const numberAt = 0;
const archAt = 4;
/** The lower half of an argument, on machines that keep it first. */
const argumentAt = (index: number) => 16 + 8 * index;

/** O_WRONLY, O_RDWR, O_CREAT and O_TRUNC of `asm-generic/fcntl.h`. */
const anyWriting = 0o1 | 0o2 | 0o100 | 0o1000;
const protExec = 0x4;
const mapAnonymous = 0x20;
const cloneThread = 0x10000;
/** Put what is typed on the terminal that the program was started from. */
const typingCommands = [0x5412, 0x541c]; // TIOCSTI TIOCLINUX

interface Instruction {
  readonly code: number;
  readonly value: number;
  /** How many instructions to skip, if it is so and if not. */
  readonly skip?: readonly [number, number];
}

const load = (value: number): Instruction => ({ code: op.load, value });
const give = (value: number): Instruction => ({ code: op.give, value });
const allowed = give(allow);
const refused = give(refuse | notAllowed);
const absent = give(refuse | notThere);

/** `then` where the test holds, else what follows; `then` returns. */
const where = (code: number, value: number, ...then: Instruction[]): Instruction[] => [
  { code, value, skip: [0, then.length] },
  ...then,
];
const whereNot = (code: number, value: number, ...then: Instruction[]): Instruction[] => [
  { code, value, skip: [then.length, 0] },
  ...then,
];

/**
 * The program for process `pid`: no socket is made or connected, no program or process started, no other process
 * touched, no file written or changed in its folder, no library loaded, nothing shared beyond what was handed over.
 * Threads, memory, time, reading and what is open already stay as they are. 8 bytes an instruction,
 * `struct sock_filter` each.
 */
export function filterFor(machine: Machine, pid: number): Buffer {
  const { open, openat, mmap, clone, ioctl } = machine;
  const opening = (call: number, flagsIndex: number) =>
    where(
      op.ifEqual,
      call,
      load(argumentAt(flagsIndex)),
      ...where(op.ifAny, anyWriting, refused),
      allowed,
    );
  return encoded([
    ...beginning(machine),
    ...opening(openat, 2),
    ...(open === undefined ? [] : opening(open, 1)),
    ...where(
      op.ifEqual,
      mmap,
      load(argumentAt(2)),
      ...whereNot(op.ifAny, protExec, allowed),
      load(argumentAt(3)),
      ...whereNot(op.ifAny, mapAnonymous, refused),
      allowed,
    ),
    ...where(
      op.ifEqual,
      clone,
      load(argumentAt(0)),
      ...whereNot(op.ifAny, cloneThread, refused),
      allowed,
    ),
    ...where(
      op.ifEqual,
      ioctl,
      load(argumentAt(1)),
      ...typingCommands.flatMap((command) => where(op.ifEqual, command, refused)),
      allowed,
    ),
    ...machine.ofProcess.flatMap((call) =>
      where(op.ifEqual, call, load(argumentAt(0)), ...whereNot(op.ifEqual, pid, refused), allowed),
    ),
    ...machine.refused.flatMap((call) => where(op.ifEqual, call, refused)),
    ...machine.absent.flatMap((call) => where(op.ifEqual, call, absent)),
    allowed,
  ]);
}

/** The program for a process that is to start others which have no ring (`io_uring(7)`). */
export function filterOfRings(machine: Machine): Buffer {
  return encoded([...beginning(machine), ...where(op.ifEqual, ringSetup, absent), allowed]);
}

/** Refuses calls by another table, and loads the number of those by this one. */
function beginning({ auditArch, end }: Machine): Instruction[] {
  return [
    load(archAt),
    ...whereNot(op.ifEqual, auditArch, refused),
    load(numberAt),
    ...(end === undefined ? [] : where(op.ifNotLess, end, refused)),
  ];
}

function encoded(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(8 * program.length);
  for (const [index, { code, value, skip: [ifSo, ifNot] = [0, 0] }] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(ifSo, 8 * index + 2);
    bytes.writeUInt8(ifNot, 8 * index + 3);
    bytes.writeUInt32LE(value, 8 * index + 4);
  }
  return bytes;
}
