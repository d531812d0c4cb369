import { expect, test } from 'vitest';
import { lesionDetails } from '../../../src/clinic/entities/index.ts';
import { lesionFieldText, siteText } from '../../../src/clinic/wording/anatomy.ts';
import { formatCameraTime } from '../../../src/clinic/wording/dates.ts';
import { takenText } from '../../../src/clinic/wording/overviews.ts';

test('a site is told with its side, or that it lies in the middle, or that none was given', () => {
  const side = (laterality: 'left' | 'right' | 'midline' | 'unspecified') =>
    siteText({ bodySite: 'forearm', laterality });
  expect(side('left')).toBe('Left forearm');
  expect(side('right')).toBe('Right forearm');
  expect(side('midline')).toBe('Forearm, midline');
  expect(side('unspecified')).toBe('Forearm');
  expect(siteText({ bodySite: 'unspecified', laterality: 'left' })).toBe('Site not given');
});

test('each field of a lesion’s form is said in words, also where it is empty', () => {
  const details = lesionDetails.parse({ label: 'A', bodySite: 'face', laterality: 'left' });
  const fields = ['label', 'bodySite', 'laterality', 'position', 'note'] as const;
  const said = fields.map((field) => lesionFieldText(details, field));
  expect(said).toEqual(['A', 'Face', 'Left', 'not given', '']);
  const placed = { ...details, position: { view: 'front', x: 0.5, y: 0.5 } as const };
  expect(lesionFieldText(placed, 'position')).toBe('another place');
});

test('an overview photograph is told by when it was taken, or else since when it is there', () => {
  const importedAt = '2026-03-03T12:00:00Z';
  expect(takenText({ capturedAt: null, importedAt })).toBe(
    'Added 3 Mar 2026, day of capture not known',
  );
  const capturedAt = '2026-03-01T09:30:00';
  expect(takenText({ capturedAt, importedAt })).toBe(formatCameraTime(capturedAt));
});
