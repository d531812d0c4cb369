import { useState } from 'react';
import { monthsAfter } from '../../../src/clinic/entities/days.ts';
import {
  type FollowUp,
  type FollowUpKind,
  followUpKind,
  type Lesion,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useStation, useStationCommand } from '../station/use-station.tsx';
import { TemplatedArea } from '../templates/templated-area.tsx';
import { Button } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { formatDay, localToday } from '../wording/dates.ts';
import { awaitedText, followUpNames } from '../wording/follow-ups.ts';
import { DueField, dueError } from './due-field.tsx';

/** Something to await of a lesion, without a review. */
export function PlanDialog({ lesion, onClose }: { lesion: Lesion; onClose: () => void }) {
  const plan = useStationCommand('followUps.plan');
  const [kind, setKind] = useState<FollowUpKind>('monitor');
  const [dueOn, setDueOn] = useState<string | null>(null);
  const [isAsked, setAsked] = useState(false);
  return (
    <Dialog
      title={t('Follow up lesion {label}', { label: lesion.label })}
      onClose={onClose}
      widthPx={480}
    >
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (dueOn === null || dueError(dueOn) || plan.isPending) return;
          plan.mutate(
            { lesionId: lesion.id, kind, dueOn },
            {
              onSuccess: () => {
                showToast(
                  t('Lesion {label}: {awaited}.', {
                    label: lesion.label,
                    awaited: awaitedText({ kind, dueOn }),
                  }),
                );
                onClose();
              },
            },
          );
        }}
      >
        <ErrorNotice error={plan.error} />
        <ChoiceGroup
          label={t('What it waits for')}
          choices={followUpKind.options.map((value) => ({ value, label: followUpNames[value] }))}
          value={kind}
          onChoose={setKind}
        />
        <DueField
          label={t('By when')}
          value={dueOn}
          error={isAsked ? dueError(dueOn) : undefined}
          onValue={setDueOn}
        />
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={plan.isPending}>
            {t('Follow up')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface OpenProps {
  followUp: FollowUp;
  label: string;
  onClose: () => void;
}

export function RescheduleDialog({ followUp, label, onClose }: OpenProps) {
  const reschedule = useStationCommand('followUps.reschedule');
  const [dueOn, setDueOn] = useState<string | null>(() => {
    const { dueOn: before } = followUp;
    return before !== null && before > localToday() ? before : monthsAfter(localToday(), 3);
  });
  return (
    <Dialog title={t('Another day for lesion {label}', { label })} onClose={onClose} widthPx={480}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (dueOn === null || dueError(dueOn) || reschedule.isPending) return;
          reschedule.mutate(
            { followUpId: followUp.id, dueOn },
            {
              onSuccess: () => {
                showToast(t('Lesion {label} is due on {day}.', { label, day: formatDay(dueOn) }));
                onClose();
              },
            },
          );
        }}
      >
        <ErrorNotice error={reschedule.error} />
        <p className="soft">{awaitedText(followUp)}.</p>
        <DueField label={t('By when')} value={dueOn} error={dueError(dueOn)} onValue={setDueOn} />
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={reschedule.isPending}>
            {t('Move to this day')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function EndDialog({ followUp, label, onClose }: OpenProps) {
  const station = useStation();
  const end = useStationCommand('followUps.end');
  const [note, setNote] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isMissing = note.trim() === '';
  const resume = () =>
    station.call('followUps.resume', { followUpId: followUp.id }).then(() => {
      showToast(t('Lesion {label} is followed up again.', { label }));
    }, showErrorToast);
  return (
    <Dialog
      title={t('End the follow-up of lesion {label}', { label })}
      onClose={onClose}
      widthPx={480}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (isMissing || end.isPending) return;
          end.mutate(
            { followUpId: followUp.id, note },
            {
              onSuccess: () => {
                showToast(t('The follow-up of lesion {label} has ended.', { label }), {
                  label: t('Undo'),
                  run: () => void resume(),
                });
                onClose();
              },
            },
          );
        }}
      >
        <ErrorNotice error={end.error} />
        <p className="soft">
          {t(
            '{awaited}. Nobody will be reminded of it any more. A review of a newer image or a histological finding ends it by itself.',
            { awaited: awaitedText(followUp) },
          )}
        </p>
        <TemplatedArea
          place="follow-up"
          about={{ lesionId: followUp.lesionId }}
          label={t('Why')}
          value={note}
          onValue={setNote}
          maxLength={4000}
          rows={2}
          error={isAsked && isMissing ? t('Say why, for whoever asks later.') : undefined}
        />
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={end.isPending}>
            {t('End follow-up')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
