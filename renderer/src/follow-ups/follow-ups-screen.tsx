import { useDeferredValue, useRef, useState } from 'react';
import { followUpDue, followUpKind } from '../../../src/clinic/entities/index.ts';
import { locale, t } from '../../../src/language/index.ts';
import type { AwaitedLesion } from '../../../src/station/contract/index.ts';
import { useKept } from '../lists/kept.ts';
import { MoreRows } from '../lists/more-rows.tsx';
import { focusEndRow, moveRowFocus } from '../lists/rows.ts';
import { SearchField } from '../lists/search-field.tsx';
import { useStationPages } from '../lists/use-pages.ts';
import { useShortcuts } from '../routing/shortcuts.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { Screen } from '../ui/screen.tsx';
import { countText } from '../wording/counts.ts';
import { followUpDueNames, followUpNames } from '../wording/follow-ups.ts';
import { EndDialog, RescheduleDialog } from './follow-up-dialogs.tsx';
import { FollowUpRow } from './follow-up-row.tsx';
import { everything, type FollowUpLook, followUpLook, followUpPlace } from './look.ts';
import './follow-ups.css';

type Opened = { readonly dialog: 'reschedule' | 'end'; readonly entry: AwaitedLesion };

/** Who is to come back, and which results are awaited: the longest overdue first. */
export function FollowUpsScreen() {
  const look = useKept(followUpLook);
  const asked = useDeferredValue(look);
  const pages = useStationPages('followUps.page', asked, followUpPlace);
  const { data: counts } = useStationQuery(
    'followUps.counts',
    { text: asked.text, kinds: asked.kinds },
    { keepPrevious: true },
  );
  const { data: inAll } = useStationQuery('followUps.counts', {});
  const searchField = useRef<HTMLInputElement>(null);
  const [opened, setOpened] = useState<Opened>();
  useShortcuts({
    '/': () => searchField.current?.select(),
    j: () => moveRowFocus(1),
    k: () => moveRowFocus(-1),
    arrowdown: () => moveRowFocus(1),
    arrowup: () => moveRowFocus(-1),
    home: () => focusEndRow('first'),
    end: () => focusEndRow('last'),
  });
  const entries = pages.data?.pages.flatMap((page) => page.entries) ?? [];
  const total = inAll && Object.values(inAll).reduce((sum, count) => sum + count, 0);
  const change = (part: Partial<FollowUpLook>) => {
    followUpPlace.forget();
    followUpLook.set({ ...look, ...part });
  };
  return (
    <Screen
      title={t('Follow-up')}
      detail={
        inAll &&
        total !== 0 && (
          <span className="soft" role="status">
            {t('{overdue} overdue of {followups}', {
              overdue: inAll.overdue,
              followups: countText(total ?? 0, 'follow-up'),
            })}
          </span>
        )
      }
    >
      {total !== 0 && (
        <div className="worklist__bar">
          <SearchField
            field={searchField}
            label={t('Search the follow-ups')}
            value={look.text}
            onValue={(text) => change({ text })}
          />
          <fieldset className="worklist__filters">
            <legend className="visually-hidden">{t('Show only')}</legend>
            {followUpDue.options.map((due) => (
              <label key={due} className="chip">
                <input
                  type="checkbox"
                  checked={look.due.includes(due)}
                  onChange={() => change({ due: toggled(look.due, due) })}
                />
                {followUpDueNames[due]}
                <span className="worklist__count">{counts?.[due].toLocaleString(locale())}</span>
              </label>
            ))}
            {followUpKind.options.map((kind) => (
              <label key={kind} className="chip">
                <input
                  type="checkbox"
                  checked={look.kinds.includes(kind)}
                  onChange={() => change({ kinds: toggled(look.kinds, kind) })}
                />
                {followUpNames[kind]}
              </label>
            ))}
          </fieldset>
        </div>
      )}
      <ErrorNotice error={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending && <Loading what={t('the follow-ups')} />}
      {total === 0 && (
        <EmptyState icon="check" title={t('Nobody is awaited')}>
          <p>
            {t(
              'A lesion appears here when a review says to monitor it, to take a biopsy, to excise it or to refer the patient, and stays until it is seen again or its result has come.',
            )}
          </p>
        </EmptyState>
      )}
      {pages.data && total !== 0 && entries.length === 0 && (
        <EmptyState icon="search" title={t('No follow-up matches')}>
          <p>{t('What these filters or this search leave out is awaited all the same.')}</p>
          <Button onClick={() => change(everything)}>{t('Show everything')}</Button>
        </EmptyState>
      )}
      {entries.length > 0 && (
        <ul className="panel follow-ups">
          {entries.map((entry) => (
            <FollowUpRow
              key={entry.followUp.id}
              entry={entry}
              onOpen={(dialog) => setOpened({ dialog, entry })}
            />
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <MoreRows isFetching={pages.isFetching} onMore={() => void pages.fetchNextPage()} />
      )}
      {opened && <OpenedDialog {...opened} onClose={() => setOpened(undefined)} />}
    </Screen>
  );
}

function OpenedDialog({ dialog, entry, onClose }: Opened & { onClose: () => void }) {
  const props = { followUp: entry.followUp, label: entry.lesion.label, onClose };
  return dialog === 'end' ? <EndDialog {...props} /> : <RescheduleDialog {...props} />;
}

function toggled<T>(all: readonly T[], one: T): T[] {
  return all.includes(one) ? all.filter((other) => other !== one) : [...all, one];
}
