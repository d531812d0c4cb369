import type {
  ErasedCounts,
  Erasure,
  ErasurePlan,
  ErasureReason,
} from '../../../src/clinic/entities/index.ts';
import { countText } from '../wording/counts.ts';

export const reasonNames: Record<ErasureReason, string> = {
  request: 'The person asked for it',
  retention: 'It was kept as long as it had to be',
  mistake: 'It should never have been here',
};

/** What goes, one thing a line. */
export function goesText(counts: ErasedCounts, kind: Erasure['subject']['kind']): string[] {
  const { lesions, visits, images, readings, reviews, drafts, examples } = counts;
  const { answers, checklists, consents, opinions, measures, overviews } = counts;
  const { followUps, histology } = counts;
  const lines = [
    kind === 'patient' && 'the name, birth date, record number and notes',
    lesions > 0 && countText(lesions, 'lesion'),
    visits > 0 && countText(visits, 'visit'),
    images > 0 && `${countText(images, 'image')}, with thumbnail and file name`,
    overviews > 0 && `${countText(overviews, 'overview photograph')}, with what is marked in them`,
    readings > 0 && `${countText(readings, 'reading')}, with spike counts`,
    reviews > 0 && countText(reviews, 'review'),
    checklists > 0 && countText(checklists, 'checklist'),
    opinions > 0 && countText(opinions, 'second opinion'),
    consents > 0 && countText(consents, 'consent'),
    measures > 0 && `${countText(measures, 'measure')} (scales, outlines)`,
    answers > 0 && `${countText(answers, 'opinion')} of colleagues`,
    followUps > 0 && countText(followUps, 'planned follow-up'),
    histology > 0 && countText(histology, 'histology finding'),
    drafts > 0 && countText(drafts, 'draft'),
    examples > 0 && `${countText(examples, 'example')} of classes`,
  ];
  return lines.filter((line) => line !== false);
}

export function versionsText({ versions }: ErasurePlan): string | undefined {
  if (versions.length === 0) return undefined;
  const numbers = versions.map(({ number }) => number).join(', ');
  const lost = `What version ${numbers} of the classes learned, from these images too.`;
  return versions.some(({ state }) => state === 'active')
    ? `${lost} The one that reads is learned anew without them; should a class be found less often then, the shipped classes read.`
    : lost;
}
