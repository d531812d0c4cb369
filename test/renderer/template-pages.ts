import type { Page } from 'playwright-core';
import { makeTemplate } from './fake-templates.ts';

type Given = Parameters<typeof makeTemplate>[0];

export const everyPlace = ['review', 'question', 'opinion', 'follow-up', 'histology'] as const;

/** Three wordings; the first names everything that is filled in. */
export const someTemplates: readonly Given[] = [
  {
    name: 'Everything',
    text: '{patient} ({age}), lesion {lesion}, {site}: {longAxis}, {verdict}. {date} {room}',
    places: [...everyPlace],
  },
  {
    name: 'Unchanged',
    text: 'Unchanged since the last visit.\nSee again in 12 months, earlier if it changes.',
    places: ['review', 'opinion'],
  },
  { name: 'Clear margins', text: 'All margins are clear.', places: ['histology'] },
];

/** Gives the clinic templates. */
export const giveTemplates = async (page: Page, given = someTemplates): Promise<void> => {
  await page.evaluate((templates) => {
    const { clinic } = window.fakeStation;
    clinic.templates.push(...templates);
    window.fakeStation.changed('templates');
  }, given.map(makeTemplate));
};

/** Eleven of one place, so that a field narrows them; one has a name as long as they come. */
export const manyTemplates = [
  ...Array.from({ length: 10 }, (_, at) => `Wording ${at + 1}`),
  'Excised with a margin of two millimetres, sent for histology',
].map((name): Given => ({ name, text: `The text of ${name.toLowerCase()}.`, places: ['review'] }));
