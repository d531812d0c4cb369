import { createRequire } from 'node:module';

/** Of Linux' `prctl(2)`. */
const setDumpable = 4;

type Load = (library: null) => { func(declaration: string): (...args: number[]) => number };

/**
 * Has the system keep this process's memory from the user's other programs: none of them may read it or trace
 * it, and no core dump is written (`prctl(2)`, PR_SET_DUMPABLE). False where that cannot be had: Node has no
 * way to it, so a library calls it, and other systems than Linux have other rules.
 */
export function guardMemory(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const { load } = createRequire(import.meta.url)('koffi') as { load: Load };
    const prctl = load(null).func(
      'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
    );
    return prctl(setDumpable, 0, 0, 0, 0) === 0;
  } catch {
    return false;
  }
}
