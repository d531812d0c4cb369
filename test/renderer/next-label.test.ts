import { expect, test } from 'vitest';
import { nextLabel } from '../../renderer/src/patient/next-label.ts';

const lesions = (...labels: string[]) => labels.map((label) => ({ label }));

test('a new lesion is offered the first letter that is free, and two letters after Z', () => {
  const all = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  expect(nextLabel([])).toBe('A');
  expect(nextLabel(lesions('A', 'b, beside the scar', 'D'))).toBe('C');
  expect(nextLabel(lesions(...all))).toBe('AA');
  expect(nextLabel(lesions(...all, 'AA', 'AB mole'))).toBe('AC');
});
