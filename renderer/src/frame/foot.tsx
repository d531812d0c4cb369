import { t } from '../../../src/language/index.ts';
import { AcceleratorNotice, useAcceleratorNotices } from '../accelerators/accelerator-notice.tsx';
import { BackupNotice, useBackupReminder } from '../backup/backup-notice.tsx';
import { CameBackNotice, useCameBack } from '../erasure/came-back.tsx';
import type { OpenSession } from '../session-hygiene.ts';
import { LeaveDemoButton } from '../start/demo-buttons.tsx';
import { Icon } from '../ui/icons.tsx';
import { ToastView, useNewestToast } from '../ui/toasts.tsx';
import { ClockNotice, useClockBehind } from './clock-notice.tsx';
import './foot.css';

interface FootProps {
  session: OpenSession;
  /** How soon the clinic is locked for want of anybody; null while that is far. */
  locksInMs: number | null;
}

/**
 * Along the window's lower edge: what the program has to say, one thing at a time, the most urgent
 * first. It has a place of its own, so that no message ever covers or moves a control.
 */
export function Foot({ session, locksInMs }: FootProps) {
  const toast = useNewestToast();
  const [notice, ...otherNotices] = useAcceleratorNotices();
  const clockBehind = useClockBehind();
  const cameBack = useCameBack().length;
  const backup = useBackupReminder();
  const isQuiet =
    locksInMs === null && !toast && !clockBehind && !notice && !backup && cameBack === 0;
  return (
    <footer className="foot">
      {locksInMs !== null && (
        <p className="foot__message foot__message--caution" role="alert">
          <Icon name="lock" size={16} />
          <span className="foot__text">
            {t(
              'Nobody seems to be here: locking in {seconds} seconds. Move the mouse or press a key to stay.',
              { seconds: Math.round(locksInMs / 1000) },
            )}
          </span>
        </p>
      )}
      <div className="foot__live" role="status" aria-live="polite">
        {locksInMs === null && toast && <ToastView key={toast.id} toast={toast} />}
      </div>
      {locksInMs === null && !toast && clockBehind && <ClockNotice clock={clockBehind} />}
      {locksInMs === null && !toast && !clockBehind && notice && (
        <AcceleratorNotice notice={notice} others={otherNotices.length} />
      )}
      {locksInMs === null && !toast && !clockBehind && !notice && cameBack > 0 && (
        <CameBackNotice count={cameBack} />
      )}
      {locksInMs === null && !toast && !clockBehind && !notice && cameBack === 0 && backup && (
        <BackupNotice reminder={backup} />
      )}
      {isQuiet && (
        <p className="foot__message">
          <span className="foot__text">
            {t('Advice from a computer program, not a diagnosis.')}
          </span>
        </p>
      )}
      {session.demo ? (
        <div className="foot__who foot__who--demo">
          <span className="foot__long">{t('Demo clinic: invented patients, drawn images')}</span>
          <span className="foot__short">{t('Demo')}</span>
          <LeaveDemoButton small />
        </div>
      ) : (
        <p className="foot__who">
          <span className="foot__long">{session.clinicName}</span>
          <strong>{session.user.name}</strong>
        </p>
      )}
    </footer>
  );
}
