import { expect, test } from 'vitest';
import { type Lesion, lesionDetails } from '../../../src/clinic/entities/index.ts';
import { localToday } from '../../../src/clinic/wording/dates.ts';
import {
  awaitedText,
  dueText,
  findingText,
  isOverdue,
  lesionStatus,
  statusText,
} from '../../../src/clinic/wording/follow-ups.ts';

const today = '2026-11-28';
const past = '2020-01-01';
const future = '2999-01-01';

const lesionOf = (closure: Lesion['closure']): Lesion => ({
  ...lesionDetails.parse({ label: 'A' }),
  ...{ id: 'l', patientId: 'p', revision: 1, createdAt: '', removedAt: null, mergedInto: null },
  closure,
});
const open = lesionOf(null);
const closed = lesionOf({ reason: 'excised', on: '2026-03-03' });

test('what is awaited is told with its day, and that none was given', () => {
  expect(awaitedText({ kind: 'monitor', dueOn: '2027-03-03' })).toBe('Monitor until 3 Mar 2027');
  expect(awaitedText({ kind: 'biopsy', dueOn: '2027-03-03' })).toBe(
    'Biopsy pending, by 3 Mar 2027',
  );
  expect(awaitedText({ kind: 'biopsy', dueOn: null })).toBe('Biopsy pending, no date given');
  expect(awaitedText({ kind: 'monitor', dueOn: null })).toBe('Monitor, no date given');
});

test('a lesion is closed and why, or waits, the gravest first, or is active', () => {
  const awaited = [
    { kind: 'monitor', dueOn: null },
    { kind: 'excision', dueOn: null },
    { kind: 'biopsy', dueOn: null },
  ] as const;
  expect(statusText(closed, awaited)).toBe('Excised, 3 Mar 2026');
  expect(statusText(open, awaited)).toBe(
    'Biopsy pending, no date given; Excision pending, no date given; Monitor, no date given',
  );
  expect(statusText(open, awaited.slice(0, 1))).toBe('Monitor, no date given');
  expect(statusText(open, [])).toBe('Active');
});

test('a lesion’s marker is overdue as soon as one of what it waits for is', () => {
  expect(lesionStatus(closed, [{ dueOn: past }])).toBe('closed');
  expect(lesionStatus(open, [{ dueOn: future }, { dueOn: past }])).toBe('overdue');
  expect(lesionStatus(open, [{ dueOn: future }])).toBe('awaited');
  expect(lesionStatus(open, [{ dueOn: null }])).toBe('awaited');
  expect(lesionStatus(open, [])).toBe('active');
});

test('overdue is what was due before today: not today, and not without a day', () => {
  const due = ['2026-11-27', today, '2026-11-29', null].map((dueOn) => isOverdue(dueOn, today));
  expect(due).toEqual([true, false, false, false]);
  expect(isOverdue(localToday())).toBe(false);
});

test('when it is due is told in days, from 60 on in months, from two years on in years', () => {
  const said = (dueOn: string | null) => dueText(dueOn, today);
  expect(said(null)).toBe('No date given');
  expect(said(today)).toBe('Due today');
  expect([said('2026-11-27'), said('2026-11-29')]).toEqual(['1 day overdue', 'In 1 day']);
  expect([said('2027-01-26'), said('2027-01-27')]).toEqual(['In 59 days', 'In 2 months']);
  expect(said('2025-11-28')).toBe('12 months overdue');
  expect([said('2028-11-26'), said('2028-11-27')]).toEqual(['In 24 months', 'In 1 year']);
  expect([said('2028-11-28'), said('2036-11-27')]).toEqual(['In 2 years', 'In 9 years']);
});

test('a finding is told with its thickness where it has one', () => {
  expect(findingText({ diagnosis: 'naevus', breslowMm: null })).toBe('Melanocytic naevus');
  expect(findingText({ diagnosis: 'melanoma', breslowMm: 0.6 })).toBe(
    'Melanoma, invasive, Breslow 0.6 mm',
  );
});
