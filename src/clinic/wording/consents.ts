import type { Consent, ConsentScope } from '../entities/index.ts';
import { formatDay } from './dates.ts';

export const scopeNames: Record<ConsentScope, string> = {
  care: 'Care',
  photographs: 'Photographs',
  teaching: 'Teaching',
  research: 'Research',
  sharing: 'Sharing with colleagues',
};

/** What each is about, and what follows from taking it back. */
export const scopeHints: Record<ConsentScope, string> = {
  care: 'Examination, and records of it.',
  photographs:
    'Pictures being taken and kept. Taken back, classes learn nothing of them, and they are not shared.',
  teaching: 'Pictures being shown to students and colleagues.',
  research:
    'Studies, and what the classes of this clinic learn. Taken back, they learn nothing of the patient’s images.',
  sharing: 'A case being given to a colleague for their opinion. Taken back, it is not.',
};

/** "given 3 Mar 2026", "taken back 3 Mar 2026 by a representative". */
export function answerText({ answer, saidOn, saidBy }: Consent): string {
  const what = answer === 'given' ? 'given' : 'taken back';
  const by = saidBy === 'representative' ? ' by a representative' : '';
  return `${what} ${formatDay(saidOn)}${by}`;
}
