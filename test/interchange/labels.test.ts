import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelsError, parseCsv, readLabelRows, readLabels } from '../../src/interchange/labels.ts';

describe('the labels', () => {
  it('are found by the names of their columns, in any order, with any line ends', () => {
    const csv = '\uFEFFdx,age,image_id\r\nnv,40,one\r\nmel,,two\r\n\r\n';
    expect([...readLabels(csv)]).toEqual([
      ['one', { dx: 'nv', group: '' }],
      ['two', { dx: 'mel', group: '' }],
    ]);
  });

  it('can be those of one fold; without that column all count', () => {
    const csv = 'image_id,dx,fold\none,nv,0\ntwo,mel,1\n';
    expect([...readLabels(csv, { fold: '1' }).keys()]).toEqual(['two']);
    expect(readLabels('image_id,dx\none,nv', { fold: '1' }).size).toBe(1);
  });

  it('can stand in another column, beside one that groups the images', () => {
    const csv = 'image_id,dx,dx7,source\none,scc,akiec,BCN\ntwo,nv,nv,';
    expect([...readLabels(csv, { dx: 'dx7', by: 'source' })]).toEqual([
      ['one', { dx: 'akiec', group: 'BCN' }],
      ['two', { dx: 'nv', group: '' }],
    ]);
    expect(() => readLabels(csv, { by: 'camera' })).toThrow('have no column camera');
  });

  it('give each image once with its lesion and fold, and leave out what has no label', () => {
    const csv =
      'image_id,dx,lesion_id,fold\none,nv,L1,2\none,nv,L1,2\ntwo,mel,,\nthree,,L3,1\n,nv,L4,1';
    expect(readLabelRows(csv, 'dx')).toEqual([
      { imageId: 'one', label: 'nv', lesion: 'L1', fold: '2' },
      { imageId: 'two', label: 'mel', lesion: 'two', fold: '' },
    ]);
    expect(readLabelRows('image_id,dx\none,nv', 'dx')).toEqual([
      { imageId: 'one', label: 'nv', lesion: 'one', fold: '' },
    ]);
    const contrary = 'image_id,dx\none,nv\none,mel';
    expect(() => readLabelRows(contrary, 'dx')).toThrow('one has two different labels');
  });

  it('may be separated by semicolons, as spreadsheets of many countries write', () => {
    expect(parseCsv('image_id;dx\none;"nv; mel"\n')).toEqual([
      ['image_id', 'dx'],
      ['one', 'nv; mel'],
    ]);
    expect(parseCsv('a;b,c\n1;2,3')).toEqual([
      ['a;b', 'c'],
      ['1;2', '3'],
    ]);
  });

  it('may be quoted', () => {
    expect(parseCsv('a,"b, ""c""\nd"\n,\n"e"')).toEqual([['a', 'b, "c"\nd'], ['', ''], ['e']]);
  });

  it('come back as they were written, whatever is in a cell', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'é', ' ') });
    const row = fc.array(cell, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row), fc.constantFrom('\n', '\r\n'), (rows, lineEnd) => {
        const quoted = rows.map((each) => each.map((text) => `"${text.replaceAll('"', '""')}"`));
        expect(parseCsv(quoted.map((each) => each.join(',')).join(lineEnd))).toEqual(rows);
      }),
    );
  });

  it.each([
    ['no dx column', 'image_id,class\none,nv', /columns image_id and dx/],
    ['a row without a label', 'image_id,dx\none,', /Row 2 has no/],
    ['one image with two labels', 'image_id,dx\none,nv\none,mel', /one has two different labels/],
    ['a stray quotation mark', 'image_id,dx\none,n"v', /Row 2 has a quotation mark/],
    ['an empty file', '', /columns image_id and dx/],
  ])('are refused with %s', (_, csv, message) => {
    expect(() => readLabels(csv)).toThrow(LabelsError);
    expect(() => readLabels(csv)).toThrow(message);
  });
});
