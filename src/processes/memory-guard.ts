import { loadLibc, prctlDeclaration } from './libc.ts';

/** Of Linux' `prctl(2)`. */
const setDumpable = 4;

/**
 * Has the system keep this process's memory from the user's other programs: none of them may read it or trace
 * it, and no core dump is written (`prctl(2)`, PR_SET_DUMPABLE). False where that cannot be had: Node has no
 * way to it, so a library calls it, and other systems than Linux have other rules.
 */
export function guardMemory(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return loadLibc().func(prctlDeclaration)(setDumpable, 0, 0, 0, 0) === 0;
  } catch {
    return false;
  }
}
