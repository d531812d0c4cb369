import { useState } from 'react';
import type { Unmerging } from '../../../src/clinic/entities/index.ts';
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
        Take apart…
      </Button>
    );
  return (
    <>
      {data.of && (
        <Notice tone="caution">
          This record was merged into{' '}
          <a href={href({ screen: 'patient', patientId: data.of.into.id })}>
            {patientName(data.of.into)}
          </a>{' '}
          on {formatDate(data.of.merge.mergedAt)} by {data.of.merge.userName}, who has all that was
          recorded here. {partButton(data.of)}
        </Notice>
      )}
      {data.into.length > 0 && (
        <ul className="merges" aria-label="Merged into this record">
          {data.into.map((shown) => (
            <li key={shown.merge.id}>
              <span>
                Holds the record of {patientName(shown.from)}{' '}
                <span className="faint">
                  {patientFacts(shown.from).join(' · ')}; merged {formatDate(shown.merge.mergedAt)}{' '}
                  by {shown.merge.userName}
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
          showToast(`${patientName(from)} and ${patientName(into)} are apart again.`);
          onClose();
          navigate({ screen: 'patient', patientId: from.id });
        },
      },
    );
  return (
    <Dialog title="Take the two records apart?" onClose={onClose} widthPx={560}>
      <ErrorNotice error={plan.error ?? unmerge.error} />
      {plan.isPending && <Loading what="what goes back" />}
      {plan.data && (
        <>
          <section aria-labelledby="unmerge-back">
            <h3 id="unmerge-back">Goes back to {patientName(from)}</h3>
            <p>{backText(plan.data)}</p>
          </section>
          <section aria-labelledby="unmerge-stays">
            <h3 id="unmerge-stays">Stays with {patientName(into)}</h3>
            <ul className="merges__list">
              <li>What was there before the merge</li>
              {staysTexts(plan.data).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        </>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" disabled={!plan.data} busy={unmerge.isPending} onClick={part}>
          Take apart
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
  return `${parts.join(', ')}, with readings, and with the reviews and findings that were added to them since.`;
}

function staysTexts({ stays }: Unmerging): string[] {
  const lines: string[] = [];
  if (stays.lesions > 0) lines.push(`${countText(stays.lesions, 'lesion')} added since`);
  for (const { label, count } of stays.images)
    lines.push(
      `${countText(count, 'image')} that came into lesion ${label} since: a new lesion ${label} takes ${count === 1 ? 'it' : 'them'}`,
    );
  if (stays.overviews > 0)
    lines.push(`${countText(stays.overviews, 'overview photograph')} added since`);
  if (stays.movedOn > 0)
    lines.push(`${countText(stays.movedOn, 'image')} that somebody moved to other lesions since`);
  return lines;
}
