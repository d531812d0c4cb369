import { expect, test } from 'vitest';
import { planImport } from '../../src/station/classes/plan-import.ts';

const codes = new Set(['nv', 'scar']);
const plan = (labels: string, ...fileNames: string[]) => planImport(labels, fileNames, codes);

test.each([
  ['image_id', 'dx', 'lesion_id'],
  ['image', 'label', 'lesion'],
  ['file', 'class', 'lesion'],
  [' File_Name ', 'Diagnosis', 'LESION_ID'],
  ['filename', 'dx', 'lesion_id'],
])(
  'a table of the columns %s, %s and %s is understood, whatever stands between them',
  (file, label, lesion) => {
    const table = `note,${lesion},${file},${label}\nx, L1 , a.jpg , Scar \n`;
    expect(plan(table, 'a.jpg')).toEqual([
      { fileName: 'a.jpg', code: 'scar', lesion: 'L1', outcome: 'new' },
    ]);
  },
);

test('a table without a column of files or of labels names none, so that every file lacks its label', () => {
  const unlabelled = [{ fileName: 'a.jpg', code: '', lesion: '', outcome: 'no-label' }];
  expect(plan('dx,lesion\nscar,L1\n', 'a.jpg')).toEqual(unlabelled);
  expect(plan('image_id,lesion\na,L1\n', 'a.jpg')).toEqual(unlabelled);
  expect(plan('image_id,dx\n', 'a.jpg')).toEqual(unlabelled);
});

test('a file is found by its name alone, with or without folder and ending, whatever its case', () => {
  const table = 'image_id,dx\nA1,nv\nset/b.2.png,nv\nc,nv\n';
  expect(plan(table, 'photos/a1.JPG', 'B.2.tif', 'other\\c.jpg')).toEqual([
    { fileName: 'photos/a1.JPG', code: 'nv', lesion: 'a1', outcome: 'new' },
    { fileName: 'B.2.tif', code: 'nv', lesion: 'b.2', outcome: 'new' },
    { fileName: 'other\\c.jpg', code: 'nv', lesion: 'c', outcome: 'new' },
  ]);
});

test('without a lesion an image is one by itself, and rows that are short have none', () => {
  expect(plan('image_id,dx,lesion_id\na,nv,\nb,nv\n', 'a.jpg', 'b.jpg')).toMatchObject([
    { lesion: 'a' },
    { lesion: 'b' },
  ]);
});

test('without a table a file’s folder is its label, and a file in none has none', () => {
  expect(plan(' \n', 'set/scar/1.jpg', 'set\\wart\\2.jpg', 'Nv/3.jpg', '4.jpg')).toEqual([
    { fileName: 'set/scar/1.jpg', code: 'scar', lesion: '1', outcome: 'new' },
    { fileName: 'set\\wart\\2.jpg', code: 'wart', lesion: '2', outcome: 'unknown-class' },
    { fileName: 'Nv/3.jpg', code: 'nv', lesion: '3', outcome: 'new' },
    { fileName: '4.jpg', code: '', lesion: '', outcome: 'no-label' },
  ]);
});

test('what the table names and is not there is told before the files that it does not name', () => {
  expect(
    plan('image_id,dx\ngone,nv\na,wart\n', 'b.jpg', 'a.jpg').map((each) => each.outcome),
  ).toEqual(['no-file', 'unknown-class', 'no-label']);
});
