import { createRequire } from 'node:module';

/** A function of the C library, by its declaration in C. */
export type CFunction = (...args: unknown[]) => number;

/** What is used of koffi (MIT), by which functions are called that Node has no way to. */
interface Koffi {
  load(library: null): Libc;
  struct(name: string, members: Readonly<Record<string, string>>): void;
}

export interface Libc {
  func(declaration: string): CFunction;
}

let libc: Libc | undefined;

/** The C library that this process runs on. Throws where none can be called. */
export function loadLibc(): Libc {
  libc ??= load();
  return libc;
}

function load(): Libc {
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  koffi.struct('sock_fprog', { len: 'unsigned short', filter: 'void *' });
  return koffi.load(null);
}

/** `prctl(2)`: what a process settles about itself. */
export const prctlDeclaration =
  'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)';
