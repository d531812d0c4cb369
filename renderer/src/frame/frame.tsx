import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { CompareScreen } from '../compare/compare-screen.tsx';
import { useDraftKeeping } from '../drafts/use-draft-keeping.ts';
import { FollowUpsScreen } from '../follow-ups/follow-ups-screen.tsx';
import { FileCatcher } from '../imports/file-catcher.tsx';
import { LesionScreen } from '../lesion/lesion-screen.tsx';
import { OpenedFileDialog } from '../opened-files/opened-file.tsx';
import { OpinionsScreen } from '../opinions/opinions-screen.tsx';
import { OverviewScreen } from '../overviews/overview-screen.tsx';
import { PatientScreen } from '../patient/patient-screen.tsx';
import { PatientsScreen } from '../patients/patients-screen.tsx';
import { ReadingScreen } from '../reading/reading-screen.tsx';
import { ReportScreen } from '../report/report-screen.tsx';
import { VisitReportScreen } from '../report/visit-report-screen.tsx';
import { useKeyCaps } from '../routing/key-caps.ts';
import { href, navigate, type Route, useRoute } from '../routing/routes.ts';
import { isDialogOpen, useShortcuts } from '../routing/shortcuts.ts';
import { type OpenSession, sessionOwner } from '../session-hygiene.ts';
import { SettingsScreen } from '../settings/settings-screen.tsx';
import { useMay } from '../station/use-may.ts';
import { ErrorBoundary } from '../ui/error-boundary.tsx';
import { WorklistScreen } from '../worklist/worklist-screen.tsx';
import { Foot } from './foot.tsx';
import { QuickSearch } from './quick-search.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { TopBar } from './top-bar.tsx';
import { usePresence } from './use-presence.ts';
import { usePrintEntries } from './use-print-entries.ts';
import './frame.css';

/** What is around every screen of an open clinic. */
export function Frame({ session, lockNow }: { session: OpenSession; lockNow: () => void }) {
  const may = useMay();
  const seesPatients = may('patients.search');
  const asked = useRoute();
  const route: Route =
    seesPatients || asked.screen === 'settings' ? asked : { screen: 'settings', part: 'you' };
  const [dialog, setDialog] = useState<'search' | 'shortcuts'>();
  useDraftKeeping(sessionOwner(session));
  const locksInMs = usePresence();
  useKeyCaps();
  usePrintEntries(route);
  const openSearch = () => {
    if (seesPatients && !isDialogOpen()) setDialog('search');
  };
  useShortcuts({
    'mod+k': openSearch,
    'mod+l': lockNow,
    '?': () => setDialog('shortcuts'),
    g: () => navigate({ screen: 'worklist' }),
    p: () => navigate({ screen: 'patients' }),
    u: () => navigate({ screen: 'follow-ups' }),
    o: () => navigate({ screen: 'opinions' }),
    s: () => navigate({ screen: 'settings', part: 'you' }),
  });

  return (
    <FileCatcher className="frame">
      <TopBar session={session} route={route} onSearch={openSearch} onLock={lockNow} />
      <main className="main">
        <ErrorBoundary what={t('This screen')} place={href(route)}>
          <CurrentScreen route={route} session={session} />
        </ErrorBoundary>
      </main>
      <OpenedFileDialog user={session.user} />
      <Foot session={session} locksInMs={locksInMs} />
      {dialog === 'search' && <QuickSearch onClose={() => setDialog(undefined)} />}
      {dialog === 'shortcuts' && <ShortcutsDialog onClose={() => setDialog(undefined)} />}
    </FileCatcher>
  );
}

function CurrentScreen({ route, session }: { route: Route; session: OpenSession }) {
  switch (route.screen) {
    case 'worklist':
      return <WorklistScreen />;
    case 'follow-ups':
      return <FollowUpsScreen />;
    case 'opinions':
      return <OpinionsScreen />;
    case 'patients':
      return <PatientsScreen />;
    case 'patient':
      return <PatientScreen key={route.patientId} patientId={route.patientId} />;
    case 'lesion':
      return <LesionScreen key={route.lesionId} lesionId={route.lesionId} />;
    case 'visit-report':
      return <VisitReportScreen session={session} patientId={route.patientId} />;
    case 'report':
      return <ReportScreen session={session} lesionId={route.lesionId} />;
    case 'compare':
      return <CompareScreen key={route.lesionId} {...route} />;
    case 'image':
      return <ReadingScreen imageId={route.imageId} />;
    case 'overview':
      return <OverviewScreen overviewId={route.overviewId} />;
    case 'settings':
      return <SettingsScreen session={session} part={route.part} />;
  }
}
