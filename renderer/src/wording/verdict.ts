import type { Reading } from '../../../src/clinic/entities/index.ts';
import { classGravity } from './readings.ts';

/** What a reading comes to. */
export type Verdict = 'suspicious' | 'unclear' | 'no-sign' | 'unusable';

/** As every chip says it. */
export const verdictNames: Record<Verdict, string> = {
  suspicious: 'Suspicious',
  unclear: 'Unclear',
  'no-sign': 'No sign of malignancy',
  unusable: 'Picture unusable',
};

/** As the reading's card says it: the chip's words, and what follows from them. */
export const verdictHeadlines: Record<Verdict, string> = {
  suspicious: 'Suspicious: examine',
  unclear: 'Unclear: not ruled out',
  'no-sign': 'No sign of malignancy found',
  unusable: 'Picture unusable: retake',
};

export const notReadName = 'Not read';

/** The verdict of a reading; null where there is none. */
export function verdictOf(reading: Reading | null | undefined): Verdict | null {
  if (!reading) return null;
  // Until readings carry their verdict.
  const reasons = reading.advice?.referralReasons ?? [];
  const top = classGravity(reading.probabilities[0]?.code ?? '');
  if (reasons.includes('melanoma-suspected') || (top && top !== 'benign')) return 'suspicious';
  return reasons.length > 0 ? 'unclear' : 'no-sign';
}
