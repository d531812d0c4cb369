import path from 'node:path';
import type { Handlers } from '../../processes/channel.ts';
import { BackupError, lookAtMedium, restoreBackup } from '../../store/index.ts';
import { keepBackupFolder, readBackupFolder } from '../backup/folder.ts';
import { foundBackups } from '../backup/found.ts';
import { soon } from '../backup/soon.ts';
import { Broadcast } from '../changes.ts';
import type { backupProcedures } from '../contract/backup.ts';
import type { StationContext } from './context.ts';

export function backupHandlers({
  dataFolder,
  clinics,
  session,
  backups,
  changed,
}: StationContext): Handlers<typeof backupProcedures> {
  const restoring = new Broadcast<{ share: number }>();

  return {
    'backup.state': () => backups.state(session.begin()),
    'backup.reminder': () => backups.reminder(),
    'backup.choose': async ({ folder }) => {
      await backups.choose(session.begin(), folder);
      return {};
    },
    'backup.setSchedule': (schedule) => {
      const { store, user } = session;
      store.transaction(() => {
        store.settings.setBackupSchedule(schedule);
        const often = schedule.everyHours === null ? 'by-hand' : `hours:${schedule.everyHours}`;
        store.audit.append({ userId: user.id, action: 'backup.schedule', subject: often });
      });
      changed.emit(['backups']);
      return schedule;
    },
    'backup.make': async () => {
      const { writtenBytes } = await backups.make(session.begin());
      return { newBytes: writtenBytes };
    },
    'backup.prove': async ({ id, passphrase }) => {
      await backups.prove(session.begin(), id, passphrase);
      return {};
    },
    'backup.stop': () => {
      backups.stop();
      return {};
    },
    'backup.progress': (_, emit) => backups.progress.subscribe(emit),
    'backup.beforeLeaving': () => backups.beforeLeaving(),
    'restore.look': async ({ folder }) => {
      const given = folder ?? readBackupFolder(dataFolder);
      if (given === null)
        throw new BackupError('backup-none', 'Give the folder that the clinic was backed up to.');
      const chosen = path.resolve(given);
      return foundBackups(dataFolder, chosen, await soon(lookAtMedium(chosen)));
    },
    'restore.run': async ({ folder, id, access }, { signal }) => {
      const chosen = path.resolve(folder);
      session.leaveDemo();
      changed.emit(['session']);
      const onProgress = (share: number) => restoring.emit({ share });
      await clinics.whileClosed(() =>
        restoreBackup(dataFolder, chosen, { id, access, signal, onProgress }),
      );
      // On a new computer the next backup goes where this one came from.
      if (!readBackupFolder(dataFolder)) keepBackupFolder(dataFolder, chosen);
      changed.emit(['session', 'copies', 'backups']);
      return session.state();
    },
    'restore.progress': (_, emit) => restoring.subscribe(emit),
  };
}
