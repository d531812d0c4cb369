import type { BackupSchedule } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useKept } from '../station/use-kept.ts';
import { ChoiceGroup } from '../ui/choice.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';

const often = [
  { value: '4', label: t('Every 4 hours') },
  { value: '24', label: t('Daily') },
  { value: '168', label: t('Weekly') },
  { value: 'never', label: t('By hand') },
];
const proofs = [7, 30, 90].map((days) => ({ value: `${days}`, label: countText(days, 'day') }));

/** When the clinic is backed up, for whichever computer has it open. */
export function Schedule({ kept }: { kept: BackupSchedule }) {
  const { shown, choose, error } = useKept('backup.setSchedule', kept);
  const change = (part: Partial<BackupSchedule>) => choose({ ...shown, ...part });
  return (
    <>
      <ChoiceGroup
        label={t('Back up')}
        className="segments"
        value={shown.everyHours === null ? 'never' : `${shown.everyHours}`}
        onChoose={(value) => change({ everyHours: value === 'never' ? null : Number(value) })}
        choices={often}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={shown.onLeaving}
          onChange={(event) => change({ onLeaving: event.target.checked })}
        />
        {t('Also when Dermaspike is closed while the clinic is unlocked')}
      </label>
      <ChoiceGroup
        label={t('Remind of proving by restoring after')}
        className="segments"
        value={`${shown.proofEveryDays}`}
        onChoose={(value) => change({ proofEveryDays: Number(value) })}
        choices={proofs}
      />
      <p className="soft">
        {t(
          'Backups are made while the clinic is unlocked, beside your work. The schedule is the clinic’s; the folder is this computer’s.',
        )}
      </p>
      <ErrorNotice error={error} />
    </>
  );
}
