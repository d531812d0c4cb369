import { useDeferredValue, useMemo, useRef } from 'react';
import { locale, t } from '../../../src/language/index.ts';
import { OverdueNotice } from '../follow-ups/overdue-notice.tsx';
import { MoreRows } from '../lists/more-rows.tsx';
import { useSelection } from '../lists/selection.ts';
import { useChangeLook, useLook } from '../lists/use-look.ts';
import { useStationPages } from '../lists/use-pages.ts';
import { AwaitedOpinionsNotice } from '../opinions/awaited-notice.tsx';
import { useShortcuts } from '../routing/shortcuts.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { Screen } from '../ui/screen.tsx';
import { countText } from '../wording/counts.ts';
import { NothingMatches, NothingWaits } from './nothing-waits.tsx';
import { SelectedLesions } from './selected-lesions.tsx';
import { worklist } from './view.ts';
import { WorklistBar } from './worklist-bar.tsx';
import { WorklistHead } from './worklist-head.tsx';
import { WorklistRow } from './worklist-row.tsx';
import './worklist.css';

/** The lesions with images that wait for a review, a patient's together. */
export function WorklistScreen() {
  const look = useLook(worklist);
  const asked = useDeferredValue(look);
  const searchField = useRef<HTMLInputElement>(null);
  const pages = useStationPages('worklist.page', asked, worklist.place);
  const { data: counts } = useStationQuery('worklist.counts', asked ?? {}, {
    enabled: asked !== null,
    keepPrevious: true,
  });
  const entries = useMemo(
    () => pages.data?.pages.flatMap((page) => page.entries) ?? [],
    [pages.data],
  );
  const keys = useMemo(() => entries.map(({ lesion }) => lesion.id), [entries]);
  const selection = useSelection(worklist.selected, keys);
  useShortcuts({ '/': () => searchField.current?.select() });
  const isEmpty = counts?.all.images === 0;
  const isBarShown = look !== null && counts !== undefined && !isEmpty;

  return (
    <Screen
      title={t('Worklist')}
      detail={
        counts &&
        !isEmpty && (
          <span className="soft" role="status">
            {waitingText(counts)}
          </span>
        )
      }
    >
      <OverdueNotice />
      <AwaitedOpinionsNotice />
      {isBarShown && <WorklistBar look={look} counts={counts} searchField={searchField} />}
      {isBarShown && look.only && <OnlyChosen count={look.only.length} />}
      <ErrorNotice error={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending && <Loading what={t('the worklist')} />}
      {isEmpty && <NothingWaits />}
      {pages.data && counts && !isEmpty && entries.length === 0 && <NothingMatches />}
      {look && entries.length > 0 && (
        <div className="panel worklist">
          <WorklistHead sort={look.sort} />
          <ul>
            {entries.map((entry, index) => (
              <WorklistRow
                key={entry.lesion.id}
                entry={entry}
                isContinued={entries[index - 1]?.patient.id === entry.patient.id}
                isSelected={selection.has(entry.lesion.id)}
                onToggle={(isRange) => selection.toggle(entry.lesion.id, isRange)}
              />
            ))}
          </ul>
        </div>
      )}
      {pages.hasNextPage && (
        <MoreRows isFetching={pages.isFetching} onMore={() => void pages.fetchNextPage()} />
      )}
      <SelectedLesions selection={selection} entries={entries} />
    </Screen>
  );
}

/** "12 of 40 images to review: 9 lesions of 7 patients". */
function waitingText(counts: StationOutput<'worklist.counts'>): string {
  const { images, lesions, patients, all } = counts;
  const places = {
    lesions: countText(lesions, 'lesion'),
    patients: countText(patients, 'patient'),
  };
  return images === all.images
    ? t('{images} to review: {lesions} of {patients}', {
        images: countText(images, 'image'),
        ...places,
      })
    : t('{number} of {allImages} to review: {lesions} of {patients}', {
        number: images.toLocaleString(locale()),
        allImages: countText(all.images, 'image'),
        ...places,
      });
}

function OnlyChosen({ count }: { count: number }) {
  const change = useChangeLook(worklist);
  return (
    <Notice>
      {t(
        '{count, plural, one {Only the # lesion that you chose is shown.} other {Only the # lesions that you chose are shown.}}',
        { count },
      )}{' '}
      <Button small onClick={() => change({ only: null })}>
        {t('Show the others too')}
      </Button>
    </Notice>
  );
}
