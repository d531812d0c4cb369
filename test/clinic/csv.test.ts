import { expect, test } from 'vitest';
import { csvOf } from '../../src/clinic/csv.ts';

test('commas, quotes and lines are kept within their cell, and nothing is left empty by mistake', () => {
  expect(
    csvOf([
      ['a', null, 0],
      ['x,y', 'say "no"', 'two\nlines'],
    ]),
  ).toBe('\uFEFFa,,0\r\n"x,y","say ""no""","two\nlines"\r\n');
});

test('no text is run as a formula by a spreadsheet', () => {
  for (const text of ['=1+1', '+49', '-2', '@x', '\t=1'])
    expect(csvOf([[text]])).toContain(`'${text}`);
  expect(csvOf([[-2]])).toBe('\uFEFF-2\r\n');
});
