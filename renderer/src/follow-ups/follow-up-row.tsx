import { t } from '../../../src/language/index.ts';
import type { AwaitedLesion } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { useMay } from '../station/use-may.ts';
import { useStation } from '../station/use-station.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { siteText } from '../wording/anatomy.ts';
import { formatAgo, formatDay } from '../wording/dates.ts';
import { dueText, followUpNames, isOverdue } from '../wording/follow-ups.ts';
import { patientFactsShort, patientName } from '../wording/patients.ts';

interface FollowUpRowProps {
  entry: AwaitedLesion;
  onOpen: (dialog: 'reschedule' | 'end') => void;
}

/** A lesion that is awaited: whose, for what, and since when it is late. */
export function FollowUpRow({ entry, onOpen }: FollowUpRowProps) {
  const { followUp, lesion, patient, newest, hasCome } = entry;
  const { kind, dueOn, reminders, remindedAt } = followUp;
  return (
    <li className="follow-ups__item" data-overdue={isOverdue(dueOn)}>
      <a
        className="follow-ups__row"
        data-row={followUp.id}
        href={
          hasCome && newest
            ? href({ screen: 'image', imageId: newest.image.id })
            : href({ screen: 'lesion', lesionId: lesion.id })
        }
      >
        <span className="follow-ups__picture">
          {newest ? (
            <Thumbnail imageId={newest.image.id} sizePx={72} />
          ) : (
            <span className="faint">{t('No image')}</span>
          )}
        </span>
        <span className="follow-ups__text">
          <strong>{patientName(patient)}</strong>
          <span className="faint">{patientFactsShort(patient).join(' · ')}</span>
        </span>
        <span className="follow-ups__text">
          <span>{lesion.label}</span>
          <span className="faint">{siteText(lesion)}</span>
        </span>
        <span className="follow-ups__text">
          <span className="follow-ups__due">{dueText(dueOn)}</span>
          <span className="faint">
            {followUpNames[kind]}
            {dueOn !== null && `, ${formatDay(dueOn)}`}
          </span>
        </span>
        <span className="follow-ups__remarks">
          {hasCome && <span className="tag tag--accent">{t('New image to review')}</span>}
          {remindedAt && (
            <span className="faint">
              {reminders > 1
                ? t('Reminded {ago}, {count} times', {
                    ago: formatAgo(remindedAt),
                    count: reminders,
                  })
                : t('Reminded {ago}', { ago: formatAgo(remindedAt) })}
            </span>
          )}
        </span>
      </a>
      <Commands entry={entry} onOpen={onOpen} />
    </li>
  );
}

function Commands({ entry: { followUp, lesion }, onOpen }: FollowUpRowProps) {
  const may = useMay();
  const station = useStation();
  const remind = () =>
    station
      .call('followUps.remind', { followUpId: followUp.id })
      .then(
        () => showToast(t('Noted: reminded of lesion {label}.', { label: lesion.label })),
        showErrorToast,
      );
  const items: (MenuItem | false)[] = [
    may('followUps.remind') && { label: t('Reminded'), icon: 'check', run: () => void remind() },
    may('followUps.reschedule') && {
      label: t('Another day…'),
      icon: 'history',
      run: () => onOpen('reschedule'),
    },
    may('followUps.end') && { label: t('End…'), icon: 'archive', run: () => onOpen('end') },
  ];
  const shown = items.filter((item) => item !== false);
  return shown.length > 0 ? <Menu label={t('More')} items={shown} /> : null;
}
