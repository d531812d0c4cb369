import type { Handlers } from '../../src/processes/channel.ts';
import type { StationContract } from '../../src/station/contract/index.ts';
import { fail } from './fake-errors.ts';

interface Told {
  readonly writingId: string;
  readonly share: number;
}

/** Writes nothing; into a folder called "slow" it takes until it is cancelled. */
export function fakePatientFolder(): Pick<
  Handlers<StationContract>,
  'patientFolder.write' | 'patientFolder.progress'
> {
  const listeners = new Set<(told: Told) => void>();
  return {
    'patientFolder.write': async ({ folder, writingId }, { signal }) => {
      if (!folder.startsWith('/'))
        fail('folder-refused', 'Give the whole path of a folder, from the root of its disk.');
      for (const emit of listeners) emit({ writingId, share: 0.4 });
      if (folder.includes('slow'))
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      return { folder: `${folder}/Nakamura Sora 2026-11-28` };
    },
    'patientFolder.progress': (_, emit) => {
      listeners.add(emit);
      return () => listeners.delete(emit);
    },
  };
}
