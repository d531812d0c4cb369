import { Trans } from '@lingui/react';
import { useState } from 'react';
import type { Unmerging } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ShownMerge } from '../../../src/station/contract/index.ts';
import { href, navigate } from '../routing/routes.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { countText } from '../wording/counts.ts';
import { formatDate } from '../wording/dates.ts';
import { listText } from '../wording/lists.ts';
import { patientFacts, patientName } from '../wording/patients.ts';
import './doubles.css';

/** On a patient's page: whose record this is now, and whose records are part of it. */
export function MergeNotes({ patientId }: { patientId: string }) {
  const { data } = useStationQuery('patients.merges', { patientId });
  const [parted, setParted] = useState<ShownMerge>();
  const may = useMay();
  if (!data) return null;
  const partButton = (shown: ShownMerge) =>
    may('patients.unmerge') && (
      <Button small onClick={() => setParted(shown)}>
        {t('Take apart…')}
      </Button>
    );
  return (
    <>
      {data.of && (
        <Notice tone="caution">
          <Trans
            id="This record was merged into <into>{name}</into> on {date} by {userName}, who has all that was recorded here."
            values={{
              name: patientName(data.of.into),
              date: formatDate(data.of.merge.mergedAt),
              userName: data.of.merge.userName,
            }}
            components={{
              // biome-ignore lint/a11y/useAnchorContent: the message's words stand in it
              into: <a href={href({ screen: 'patient', patientId: data.of.into.id })} />,
            }}
          />{' '}
          {partButton(data.of)}
        </Notice>
      )}
      {data.into.length > 0 && (
        <ul className="merges" aria-label={t('Merged into this record')}>
          {data.into.map((shown) => (
            <li key={shown.merge.id}>
              <span>
                {t('Holds the record of {patient}', { patient: patientName(shown.from) })}{' '}
                <span className="faint">
                  {t('{facts}; merged {date} by {userName}', {
                    facts: patientFacts(shown.from).join(' · '),
                    date: formatDate(shown.merge.mergedAt),
                    userName: shown.merge.userName,
                  })}
                </span>
              </span>
              {partButton(shown)}
            </li>
          ))}
        </ul>
      )}
      {parted && <UnmergeDialog shown={parted} onClose={() => setParted(undefined)} />}
    </>
  );
}

function UnmergeDialog({ shown, onClose }: { shown: ShownMerge; onClose: () => void }) {
  const { merge, from, into } = shown;
  const plan = useStationQuery('patients.planUnmerge', { mergeId: merge.id });
  const unmerge = useStationCommand('patients.unmerge');
  const part = () =>
    unmerge.mutate(
      { mergeId: merge.id },
      {
        onSuccess: () => {
          showToast(
            t('{one} and {other} are apart again.', {
              one: patientName(from),
              other: patientName(into),
            }),
          );
          onClose();
          navigate({ screen: 'patient', patientId: from.id });
        },
      },
    );
  return (
    <Dialog title={t('Take the two records apart?')} onClose={onClose} widthPx={560}>
      <ErrorNotice error={plan.error ?? unmerge.error} />
      {plan.isPending && <Loading what={t('what goes back')} />}
      {plan.data && (
        <>
          <section aria-labelledby="unmerge-back">
            <h3 id="unmerge-back">{t('Goes back to {patient}', { patient: patientName(from) })}</h3>
            <p>{backText(plan.data)}</p>
          </section>
          <section aria-labelledby="unmerge-stays">
            <h3 id="unmerge-stays">{t('Stays with {patient}', { patient: patientName(into) })}</h3>
            <ul className="merges__list">
              <li>{t('What was there before the merge')}</li>
              {staysTexts(plan.data).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        </>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button variant="primary" disabled={!plan.data} busy={unmerge.isPending} onClick={part}>
          {t('Take apart')}
        </Button>
      </div>
    </Dialog>
  );
}

function backText({ back }: Unmerging): string {
  const parts = [
    countText(back.lesions, 'lesion'),
    countText(back.images, 'image'),
    countText(back.visits, 'visit'),
    countText(back.consents, 'consent'),
    ...(back.overviews > 0 ? [countText(back.overviews, 'overview photograph')] : []),
  ];
  return t(
    '{records}, with readings, and with the reviews and findings that were added to them since.',
    { records: listText(parts) },
  );
}

function staysTexts({ stays }: Unmerging): string[] {
  const lines: string[] = [];
  if (stays.lesions > 0)
    lines.push(
      t('{count, plural, one {# lesion} other {# lesions}} added since', { count: stays.lesions }),
    );
  for (const { label, count } of stays.images)
    lines.push(
      t(
        '{count, plural, one {# image that came into lesion {label} since: a new lesion {label} takes it} other {# images that came into lesion {label} since: a new lesion {label} takes them}}',
        { count, label },
      ),
    );
  if (stays.overviews > 0)
    lines.push(
      t('{count, plural, one {# overview photograph} other {# overview photographs}} added since', {
        count: stays.overviews,
      }),
    );
  if (stays.movedOn > 0)
    lines.push(
      t(
        '{count, plural, one {# image} other {# images}} that somebody moved to other lesions since',
        { count: stays.movedOn },
      ),
    );
  return lines;
}
