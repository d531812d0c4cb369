import { useEffect, useState } from 'react';
import type { BackupState } from '../../../src/station/contract/index.ts';
import { useStation } from '../station/use-station.tsx';

/** What is being done, and how far it is. */
export function useBackupProgress(running: BackupState['running']): BackupState['running'] {
  const station = useStation();
  const [told, setTold] = useState<BackupState['running']>(null);
  useEffect(() => station.subscribe('backup.progress', setTold), [station]);
  if (!running) return null;
  return told?.what === running.what && told.share > running.share ? told : running;
}
