import type { Decision } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { formatDay } from './dates.ts';
import { decisionNames } from './readings.ts';

/** "Monitor until 3 Mar 2027", "Biopsy by 3 Mar 2027", "No action". */
export function decisionText({
  decision,
  dueOn,
}: {
  decision: Decision;
  dueOn: string | null;
}): string {
  if (dueOn === null) return decisionNames[decision];
  return decision === 'monitor'
    ? t('Monitor until {day}', { day: formatDay(dueOn) })
    : t('{decision} by {day}', { decision: decisionNames[decision], day: formatDay(dueOn) });
}
