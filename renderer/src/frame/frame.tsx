import { useEffect, useState } from 'react';
import { AboutScreen } from '../about/about-screen.tsx';
import { AcceleratorNotices } from '../accelerators/accelerator-notices.tsx';
import { AcceleratorsScreen } from '../accelerators/accelerators-screen.tsx';
import { ImportTray } from '../imports/tray.tsx';
import { PatientScreen } from '../patient/patient-screen.tsx';
import { PatientsScreen } from '../patients/patients-screen.tsx';
import { ReadingScreen } from '../reading/reading-screen.tsx';
import { useKeyCaps } from '../routing/key-caps.ts';
import { navigate, type Route, useRoute } from '../routing/routes.ts';
import { isDialogOpen, modName, useShortcuts } from '../routing/shortcuts.ts';
import { clinicKey, type OpenSession } from '../session-hygiene.ts';
import { LeaveDemoButton } from '../start/demo-buttons.tsx';
import { useSessionCommand } from '../start/use-session-command.ts';
import { errorCode } from '../station/errors.ts';
import { useConnectionStatus } from '../station/use-station.tsx';
import { Icon } from '../ui/icons.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { WorklistScreen } from '../worklist/worklist-screen.tsx';
import { AcceleratorBadge } from './accelerator-badge.tsx';
import { Navigation } from './navigation.tsx';
import { QuickSearch } from './quick-search.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { usePresence } from './use-presence.ts';
import './frame.css';

/** What is around every screen of an open clinic. */
export function Frame({ session }: { session: OpenSession }) {
  const route = useRoute();
  const [dialog, setDialog] = useState<'search' | 'shortcuts'>();
  const { isLocking, lockNow } = useLock();
  const locksInMs = usePresence();
  useKeyCaps();
  const openSearch = () => {
    if (!isDialogOpen()) setDialog('search');
  };
  useShortcuts({
    'mod+k': openSearch,
    'mod+l': lockNow,
    '?': () => setDialog('shortcuts'),
    g: () => navigate({ screen: 'worklist' }),
    p: () => navigate({ screen: 'patients' }),
    a: () => navigate({ screen: 'accelerators' }),
  });

  if (isLocking) return <main className="gate">Locking…</main>;
  return (
    <div className="frame">
      <div className="banners">
        {session.demo && (
          <aside className="banner" aria-label="Demo clinic">
            <span>Demo clinic – invented patients, drawn images</span>
            <LeaveDemoButton small />
          </aside>
        )}
        {locksInMs !== null && (
          <p className="banner" role="alert">
            <span className="banner__text">
              <Icon name="lock" />
              Nobody seems to be here: locking in {Math.round(locksInMs / 1000)} seconds. Move the
              mouse or press a key to stay.
            </span>
          </p>
        )}
        <AcceleratorNotices />
      </div>
      <Navigation session={session} screen={route.screen} />
      <header className="top">
        <button type="button" className="top__search" onClick={openSearch}>
          <Icon name="search" />
          Find a patient
          <KeyHint keys={[modName, 'K']} />
        </button>
        <div className="top__end">
          <AcceleratorBadge />
          <button
            type="button"
            className="button"
            aria-label="Lock"
            title={`Lock (${modName} L)`}
            onClick={lockNow}
          >
            <Icon name="lock" />
            <span className="button__text">Lock</span>
          </button>
        </div>
      </header>
      <main className="main">
        <CurrentScreen route={route} session={session} />
      </main>
      <ImportTray clinic={clinicKey(session)} />
      {dialog === 'search' && <QuickSearch onClose={() => setDialog(undefined)} />}
      {dialog === 'shortcuts' && <ShortcutsDialog onClose={() => setDialog(undefined)} />}
    </div>
  );
}

function CurrentScreen({ route, session }: { route: Route; session: OpenSession }) {
  switch (route.screen) {
    case 'worklist':
      return <WorklistScreen />;
    case 'patients':
      return <PatientsScreen />;
    case 'patient':
      return <PatientScreen key={route.patientId} patientId={route.patientId} />;
    case 'image':
      return <ReadingScreen key={route.imageId} imageId={route.imageId} />;
    case 'accelerators':
      return <AcceleratorsScreen />;
    case 'about':
      return <AboutScreen session={session} />;
  }
}

/**
 * Asked to lock, nothing of a patient is shown from that moment on. Without a connection the station
 * is told as soon as there is one.
 */
function useLock() {
  const status = useConnectionStatus();
  const [isLocking, setLocking] = useState(false);
  const { mutate } = useSessionCommand('session.lock');
  useEffect(() => {
    if (!isLocking || status !== 'connected') return;
    mutate(
      {},
      {
        onError: (error) => {
          if (errorCode(error) === 'link-closed') return;
          setLocking(false);
          showErrorToast(error);
        },
      },
    );
  }, [isLocking, status, mutate]);
  return { isLocking, lockNow: () => setLocking(true) };
}
