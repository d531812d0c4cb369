import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { DoublesDialog } from '../doubles/doubles-dialog.tsx';
import { MoreRows } from '../lists/more-rows.tsx';
import { useSelection } from '../lists/selection.ts';
import { useLook } from '../lists/use-look.ts';
import { useStationPages } from '../lists/use-pages.ts';
import { RecentDialog } from '../recent/recent-dialog.tsx';
import { navigate } from '../routing/routes.ts';
import { useShortcuts } from '../routing/shortcuts.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { Screen } from '../ui/screen.tsx';
import { NoPatients } from './no-patients.tsx';
import { EnrolDialog } from './patient-dialogs.tsx';
import { PatientRow } from './patient-row.tsx';
import { PatientsBar } from './patients-bar.tsx';
import { SelectedPatients } from './selected-patients.tsx';
import { type PatientsView, patients } from './view.ts';
import './patients.css';

const countTexts: Record<PatientsView['show'] | 'found', (count: number) => string> = {
  current: (count) => t('{count, plural, other {# enrolled}}', { count }),
  waiting: (count) => t('{count, plural, other {# with images to review}}', { count }),
  archived: (count) => t('{count, plural, other {# archived}}', { count }),
  found: (count) => t('{count, plural, other {# found}}', { count }),
};

export function PatientsScreen() {
  const look = useLook(patients);
  const [dialog, setDialog] = useState<'enrol' | 'doubles' | 'recent'>();
  const close = () => setDialog(undefined);
  const searchField = useRef<HTMLInputElement>(null);
  const asked = useDeferredValue(look);
  const pages = useStationPages('patients.search', asked, patients.place);
  const { text, show } = asked ?? patients.initial;
  const { data: counted } = useStationQuery(
    'patients.count',
    { text, show },
    { enabled: asked !== null, keepPrevious: true },
  );
  const entries = useMemo(
    () => pages.data?.pages.flatMap((page) => page.entries) ?? [],
    [pages.data],
  );
  const similar = pages.data?.pages.at(-1)?.similar ?? [];
  const keys = useMemo(
    () => [...entries, ...similar].map(({ patient }) => patient.id),
    [entries, similar],
  );
  const selection = useSelection(patients.selected, keys);
  const may = useMay();
  useShortcuts({ '/': () => searchField.current?.select() });
  const rows = (found: typeof entries) =>
    found.map((entry) => (
      <PatientRow
        key={entry.patient.id}
        entry={entry}
        isSelected={selection.has(entry.patient.id)}
        onToggle={(isRange) => selection.toggle(entry.patient.id, isRange)}
      />
    ));

  return (
    <Screen
      title={t('Patients')}
      detail={
        counted && (
          <span className="soft" role="status">
            {countTexts[text ? 'found' : show](counted.count)}
          </span>
        )
      }
      actions={
        may('patients.enrol') && (
          <>
            <Button onClick={() => setDialog('recent')}>{t('Recently changed')}</Button>
            <Button onClick={() => setDialog('doubles')}>{t('Possible doubles')}</Button>
            <Button variant="primary" icon="plus" onClick={() => setDialog('enrol')}>
              {t('New patient')}
            </Button>
          </>
        )
      }
    >
      {look && <PatientsBar look={look} searchField={searchField} />}
      <ErrorNotice error={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending && <Loading what={t('the patients')} />}
      {pages.data && entries.length === 0 && (
        <NoPatients text={text} show={show} hasSimilar={similar.length > 0} />
      )}
      {entries.length > 0 && <ul className="panel patients__list">{rows(entries)}</ul>}
      {similar.length > 0 && (
        <section className="patients__similar" aria-labelledby="similar-names">
          <h2 id="similar-names">{t('Similar names')}</h2>
          <ul className="panel patients__list">{rows(similar)}</ul>
        </section>
      )}
      {pages.hasNextPage && (
        <MoreRows isFetching={pages.isFetching} onMore={() => void pages.fetchNextPage()} />
      )}
      <SelectedPatients selection={selection} show={show} />
      {dialog === 'recent' && <RecentDialog onClose={close} />}
      {dialog === 'doubles' && <DoublesDialog onClose={close} />}
      {dialog === 'enrol' && (
        <EnrolDialog
          onClose={close}
          onEnrolled={(patient) => navigate({ screen: 'patient', patientId: patient.id })}
        />
      )}
    </Screen>
  );
}
