import path from 'node:path';
import type { Handlers } from '../../processes/channel.ts';
import { Broadcast } from '../changes.ts';
import { assertWritable } from '../chosen-folder.ts';
import type { patientFolderProcedures } from '../contract/patient-folder.ts';
import { writePatientFolder } from '../patient-folder/write.ts';
import type { StationContext } from './context.ts';

export function patientFolderHandlers(
  { dataFolder, session, clinics, decoder }: StationContext,
  program: string,
): Handlers<typeof patientFolderProcedures> {
  const progress = new Broadcast<{ writingId: string; share: number }>();
  return {
    'patientFolder.write': async ({ patientId, writingId, folder }, { signal }) => {
      const work = session.begin();
      const { store, userId } = work;
      await assertWritable(dataFolder, folder);
      work.assertOpen();
      const taker = {
        program,
        clinicName: clinics.info()?.clinicName ?? '',
        userId,
        userName: session.user.name,
      };
      const written = await writePatientFolder(
        { store, decoder },
        patientId,
        path.resolve(folder),
        taker,
        {
          signal: AbortSignal.any([signal, work.untilLocked]),
          onProgress: (share) => progress.emit({ writingId, share }),
          enter: () => {
            const subject = `patient:${patientId}`;
            store.audit.append({ userId, action: 'patient.folder', subject });
          },
        },
      );
      return { folder: written };
    },
    'patientFolder.progress': (_, emit) => progress.subscribe(emit),
  };
}
