import type {
  ErasedCounts,
  Erasure,
  ErasurePlan,
  ErasureReason,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { countText } from '../wording/counts.ts';
import { listText } from '../wording/lists.ts';

export const reasonNames: Record<ErasureReason, string> = {
  request: t('The person asked for it'),
  retention: t('It was kept as long as it had to be'),
  mistake: t('It should never have been here'),
};

export const kindNames: Record<Erasure['subject']['kind'], string> = {
  patient: t('A patient'),
  image: t('An image'),
  overview: t('An overview photograph'),
};

/** What goes, one thing a line. */
export function goesText(counts: ErasedCounts, kind: Erasure['subject']['kind']): string[] {
  const { lesions, visits, images, readings, reviews, drafts, examples } = counts;
  const { answers, checklists, consents, opinions, measures, overviews } = counts;
  const { followUps, histology } = counts;
  const lines = [
    kind === 'patient' && t('the name, birth date, record number and notes'),
    lesions > 0 && countText(lesions, 'lesion'),
    visits > 0 && countText(visits, 'visit'),
    images > 0 &&
      t('{images}, with thumbnail and file name', { images: countText(images, 'image') }),
    overviews > 0 &&
      t('{photographs}, with what is marked in them', {
        photographs: countText(overviews, 'overview photograph'),
      }),
    readings > 0 &&
      t('{readings}, with spike counts', { readings: countText(readings, 'reading') }),
    reviews > 0 && countText(reviews, 'review'),
    checklists > 0 && countText(checklists, 'checklist'),
    opinions > 0 && countText(opinions, 'second opinion'),
    consents > 0 && countText(consents, 'consent'),
    measures > 0 &&
      t('{measures} (scales, outlines)', { measures: countText(measures, 'measure') }),
    answers > 0 && t('{opinions} of colleagues', { opinions: countText(answers, 'opinion') }),
    followUps > 0 && countText(followUps, 'planned follow-up'),
    histology > 0 && countText(histology, 'histology finding'),
    drafts > 0 && countText(drafts, 'draft'),
    examples > 0 && t('{examples} of classes', { examples: countText(examples, 'example') }),
  ];
  return lines.filter((line) => line !== false);
}

export function versionsText({ versions }: ErasurePlan): string | undefined {
  if (versions.length === 0) return undefined;
  const numbers = listText(versions.map(({ number }) => `${number}`));
  const lost = t('What version {numbers} of the classes learned, from these images too.', {
    numbers,
  });
  return versions.some(({ state }) => state === 'active')
    ? `${lost} ${t(
        'The one that reads is learned anew without them; should a class be found less often then, the shipped classes read.',
      )}`
    : lost;
}
