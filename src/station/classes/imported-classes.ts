import { ClassPackError, openPack } from '../../clinic/class-pack.ts';
import type { KnownClass } from '../../snn/learning/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { ActiveHeads } from './active-heads.ts';

/** What was imported of the classes that there are; another network's is left out. */
export function importedClasses(
  store: ClinicStore,
  heads: ActiveHeads,
  codes: ReadonlySet<string>,
): KnownClass[] {
  return store.classPacks.list().flatMap(({ code, json }) => {
    if (!codes.has(code)) return [];
    try {
      return [openPack(Buffer.from(json), heads.model).known];
    } catch (error) {
      if (error instanceof ClassPackError) return [];
      throw error;
    }
  });
}
