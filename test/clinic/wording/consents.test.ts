import { expect, test } from 'vitest';
import type { Consent } from '../../../src/clinic/entities/index.ts';
import { answerText } from '../../../src/clinic/wording/consents.ts';

test.each([
  ['given', 'patient', 'given 3 Mar 2026'],
  ['withdrawn', 'patient', 'taken back 3 Mar 2026'],
  ['given', 'representative', 'given 3 Mar 2026 by a representative'],
  ['withdrawn', 'representative', 'taken back 3 Mar 2026 by a representative'],
] as const)('a consent that was %s by the %s is told as "%s"', (answer, saidBy, text) => {
  const consent: Consent = {
    ...{ id: 'c', patientId: 'p', scope: 'care', note: '' },
    ...{ answer, saidBy, saidOn: '2026-03-03', recordedByName: 'Ada', recordedAt: '' },
  };
  expect(answerText(consent)).toBe(text);
});
