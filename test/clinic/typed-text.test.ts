import { afterEach, describe, expect, test, vi } from 'vitest';
import { formDraft, lesionDetails, patientDetails } from '../../src/clinic/entities/index.ts';

afterEach(() => void vi.useRealTimers());

const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString().slice(0, 10);

describe('typed text', () => {
  test.each([
    ['a character that turns the direction of the text', 'Qui\u202ellfeather', 'Quillfeather'],
    ['an isolate', '\u2066Quillfeather\u2069', 'Quillfeather'],
    ['a NUL', 'Quill\0feather', 'Quillfeather'],
    ['an escape sequence', '\u001b[31mQuillfeather', '[31mQuillfeather'],
    ['a byte order mark', '\ufeffQuillfeather', 'Quillfeather'],
    ['half a pair of surrogates', 'Quillfeather\ud83d', 'Quillfeather\ufffd'],
    ['a line end', ' Quill\r\n feather ', 'Quill feather'],
  ])('loses %s', (_, typed, stored) => {
    expect(patientDetails.parse({ familyName: typed }).familyName).toBe(stored);
    expect(lesionDetails.parse({ label: typed }).label).toBe(stored);
  });

  test.each([
    ['李', '小龙'],
    ['Ángström-Ødegård', 'Åse'],
    ['כהן', 'שרה'],
    ['علی\u200cزاده', 'نرگس'],
    ['क्\u200dष', '👩\u200d⚕️'],
  ])('keeps what %s %s is written with', (familyName, givenName) => {
    expect(patientDetails.parse({ familyName, givenName })).toMatchObject({
      familyName,
      givenName,
    });
  });

  test('keeps the lines of a note', () => {
    const { note } = patientDetails.parse({ familyName: 'Q', note: ' one\n\ttwo\u202e\0 ' });
    expect(note).toBe('one\n\ttwo');
  });

  test('that only is what no one types is no name', () => {
    expect(patientDetails.safeParse({ familyName: '\u202e\0 ' }).success).toBe(false);
  });
});

describe('a date of birth', () => {
  const enrol = (birthDate: string) => patientDetails.safeParse({ familyName: 'Q', birthDate });

  test('in the future is refused', () => {
    expect(enrol('2099-01-01').error?.issues[0]?.message).toBe('is in the future');
    expect(enrol(inDays(2)).success).toBe(false);
  });

  test('of today is taken, wherever today has begun', () => {
    expect(enrol(inDays(0)).success).toBe(true);
  });

  test('of tomorrow is taken from when it has begun in the easternmost zone, 14 hours before UTC', () => {
    vi.useFakeTimers({ now: Date.parse('2026-03-02T09:59:59.999Z'), toFake: ['Date'] });
    expect(enrol('2026-03-03').success).toBe(false);
    vi.setSystemTime(Date.parse('2026-03-02T10:00:00Z'));
    expect(enrol('2026-03-03').success).toBe(true);
    expect(enrol('2026-03-04').success).toBe(false);
  });

  test('in the future is kept while it is only typed', () => {
    const details = { ...patientDetails.parse({ familyName: 'Q' }), birthDate: '2099-01-01' };
    expect(formDraft.parse({ form: 'patient', details, begunFrom: null })).toMatchObject({
      details: { birthDate: '2099-01-01' },
    });
  });
});
