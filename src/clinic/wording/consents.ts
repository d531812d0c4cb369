import { t } from '../../language/index.ts';
import type { Consent, ConsentScope } from '../entities/index.ts';
import { formatDay } from './dates.ts';

export const scopeNames: Record<ConsentScope, string> = {
  care: t('Care'),
  photographs: t('Photographs'),
  teaching: t('Teaching'),
  research: t('Research'),
  sharing: t('Sharing with colleagues'),
};

/** What each is about, and what follows from taking it back. */
export const scopeHints: Record<ConsentScope, string> = {
  care: t('Examination, and records of it.'),
  photographs: t(
    'Pictures being taken and kept. Taken back, classes learn nothing of them, and they are not shared.',
  ),
  teaching: t('Pictures being shown to students and colleagues.'),
  research: t(
    'Studies, and what the classes of this clinic learn. Taken back, they learn nothing of the patient’s images.',
  ),
  sharing: t('A case being given to a colleague for their opinion. Taken back, it is not.'),
};

/** "given 3 Mar 2026", "taken back 3 Mar 2026 by a representative". */
export function answerText({ answer, saidOn, saidBy }: Consent): string {
  const day = formatDay(saidOn);
  if (saidBy === 'representative')
    return answer === 'given'
      ? t('given {day} by a representative', { day })
      : t('taken back {day} by a representative', { day });
  return answer === 'given' ? t('given {day}', { day }) : t('taken back {day}', { day });
}
