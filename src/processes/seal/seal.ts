import { closeSync, existsSync, openSync } from 'node:fs';
import { type Libc, loadLibc, prctlDeclaration } from '../libc.ts';
import { filterFor, filterOfRings } from './filter.ts';
import { type Machine, machines } from './syscalls.ts';

/** Which walls this process stands within from now on. */
export interface Seal {
  /** No socket, no program, no other process, no writing: see `filterFor`. Of all its threads. */
  readonly calls: boolean;
  /** Nothing to read but the given places. Of this thread and those that it starts, of all where the kernel can. */
  readonly files: boolean;
}

/** Of `linux/prctl.h`, `linux/seccomp.h` and `linux/landlock.h`. */
const setNoNewPrivileges = 38;
const setFilter = 1;
const ofAllThreads = 1;
const landlock = { create: 444, addRule: 445, restrict: 446 };
const askVersion = 1;
const belowPath = 1;
const restrictAllThreads = 1 << 3;
const mayRead = 0b1100n; // READ_FILE and READ_DIR
/** What is ruled by each version of Landlock, from 1: since 2 moving, since 3 truncating, since 5 devices. */
const ruled = [0x1fffn, 0x3fffn, 0x7fffn, 0x7fffn, 0xffffn];
/** Since version 6: abstract sockets and signals beyond what is restricted. */
const scopes = { since: 6, all: 0b11n };
const oldestWithAllThreads = 8;

/** Elsewhere nothing is sealed. */
export const isSealable = process.platform === 'linux' && process.arch in machines;

export const unsealed: Seal = { calls: false, files: false };

/**
 * Gives up for good what a process has no use for that is handed bytes and hands bytes back, so that whoever takes
 * it over has none of it either: by the kernel's filter of system calls (seccomp) and by Landlock, neither of which
 * needs rights. What is open stays open, and what is loaded stays loaded.
 */
export function sealProcess(readable: readonly string[]): Seal {
  const libc = libcForGood();
  const machine = machines[process.arch];
  if (!libc || !machine) return unsealed;
  // First, because it opens the places.
  const files = confineFiles(libc, readable);
  return { calls: install(libc, machine, filterFor(machine, process.pid)), files };
}

let hasRefusedRings = false;

/**
 * Has all that this process starts from now on be without rings (`io_uring(7)`), by which calls pass a filter that
 * they set up later. This process keeps its own.
 */
export function refuseRings(): void {
  if (hasRefusedRings) return;
  hasRefusedRings = true;
  const libc = libcForGood();
  const machine = machines[process.arch];
  if (libc && machine) install(libc, machine, filterOfRings(machine));
}

/** The C library of a process that gets no more rights than it has; without that nobody may set a filter up. */
function libcForGood(): Libc | undefined {
  if (!isSealable) return undefined;
  try {
    const libc = loadLibc();
    return libc.func(prctlDeclaration)(setNoNewPrivileges, 1, 0, 0, 0) === 0 ? libc : undefined;
  } catch {
    return undefined;
  }
}

function install(libc: Libc, { seccomp }: Machine, filter: Buffer): boolean {
  const call = libc.func(
    'long syscall(long call, unsigned int operation, unsigned int flags, sock_fprog *program)',
  );
  return call(seccomp, setFilter, ofAllThreads, { len: filter.length / 8, filter }) === 0;
}

function confineFiles(libc: Libc, readable: readonly string[]): boolean {
  const create = libc.func('long syscall(long call, void *rules, size_t size, unsigned int flags)');
  const version = create(landlock.create, null, 0, askVersion);
  if (version < 1) return false;
  const rules = Buffer.alloc(version < scopes.since ? 8 : 24);
  rules.writeBigUInt64LE(ruled[Math.min(version, ruled.length) - 1] ?? 0n, 0);
  if (version >= scopes.since) rules.writeBigUInt64LE(scopes.all, 16);
  const ruleset = create(landlock.create, rules, rules.length, 0);
  if (ruleset < 0) return false;
  try {
    const add = libc.func('long syscall(long call, int ruleset, int kind, void *rule, int flags)');
    for (const place of readable.filter((each) => existsSync(each))) {
      const opened = openSync(place, 'r');
      const rule = Buffer.alloc(12);
      rule.writeBigUInt64LE(mayRead, 0);
      rule.writeInt32LE(opened, 8);
      const outcome = add(landlock.addRule, ruleset, belowPath, rule, 0);
      closeSync(opened);
      if (outcome !== 0) return false;
    }
    const restrict = libc.func('long syscall(long call, int ruleset, unsigned int flags)');
    const flags = version >= oldestWithAllThreads ? restrictAllThreads : 0;
    return restrict(landlock.restrict, ruleset, flags) === 0;
  } finally {
    closeSync(ruleset);
  }
}
