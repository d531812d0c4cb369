import { localDay } from '../../../src/clinic/entities/days.ts';
import type { ClosingReason } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { IconName } from '../ui/icons.tsx';

import { formatDay } from '../wording/dates.ts';
import { awaitedText, findingText, followUpNames } from '../wording/follow-ups.ts';
import { decisionNames, impressionName } from '../wording/readings.ts';
import { verdictFigures, verdictNames } from '../wording/verdict.ts';
import type { LesionRecord } from './timeline.ts';

/** Something that happened to the lesion, on the clinic's day. */
export interface LesionEvent {
  readonly key: string;
  readonly day: string;
  readonly icon: IconName;
  readonly title: string;
  readonly detail: string;
  /** The image that it is about. */
  readonly imageId?: string;
}

type Classes = readonly { readonly code: string; readonly name: string }[];

/** All that is known of a lesion, the newest first; of one day in the order in which it was done. */
export function eventsOf(record: LesionRecord, classes: Classes): LesionEvent[] {
  const { lesion, images, followUps, histology } = record;
  const events: LesionEvent[] = [];
  for (const { image, reading, reviews } of images) {
    events.push({
      key: `image ${image.id}`,
      day: image.capturedAt?.slice(0, 10) ?? dayOf(image.importedAt),
      icon: 'image',
      title: image.capturedAt ? t('Image taken') : t('Image imported, day of capture not known'),
      detail: reading
        ? t('Reading: {verdict}. {figures}', {
            verdict: verdictNames[reading.verdict.kind],
            figures: verdictFigures(reading),
          })
        : t('Not read'),
      imageId: image.id,
    });
    for (const review of reviews)
      events.push({
        key: `review ${review.id}`,
        day: dayOf(review.createdAt),
        icon: 'check',
        title: `${impressionName(review.impression, classes)} – ${decisionNames[review.decision]}${
          review.dueOn === null ? '' : `, ${formatDay(review.dueOn)}`
        }`,
        detail: [review.reviewerName, review.note].filter(Boolean).join(': '),
        imageId: image.id,
      });
  }
  for (const followUp of followUps) {
    if (followUp.reviewId === null)
      events.push({
        key: `plan ${followUp.id}`,
        day: dayOf(followUp.plannedAt),
        icon: 'history',
        title: awaitedText(followUp),
        detail: followUp.plannedByName,
      });
    const { ended } = followUp;
    if (ended && (ended.how === 'seen' || ended.how === 'by-hand'))
      events.push({
        key: `end ${followUp.id}`,
        day: dayOf(ended.at),
        icon: 'history',
        title:
          ended.how === 'seen'
            ? t('{kind}: ended, seen again', { kind: followUpNames[followUp.kind] })
            : t('{kind}: ended, by hand', { kind: followUpNames[followUp.kind] }),
        detail: [ended.byName, ended.note].filter(Boolean).join(': '),
      });
  }
  for (const finding of histology)
    events.push({
      key: `histology ${finding.id}`,
      day: finding.takenOn,
      icon: 'search',
      title: t('Histology: {finding}', { finding: findingText(finding) }),
      detail: [finding.number && t('No. {number}', { number: finding.number }), finding.text]
        .filter(Boolean)
        .join('. '),
    });
  if (lesion.closure)
    events.push({
      key: 'closure',
      day: lesion.closure.on,
      icon: 'archive',
      title: closedTexts[lesion.closure.reason],
      detail: '',
    });
  return events
    .map((event, index) => ({ event, index }))
    .toSorted((a, b) =>
      a.event.day === b.event.day ? b.index - a.index : a.event.day < b.event.day ? 1 : -1,
    )
    .map(({ event }) => event);
}

const closedTexts: Record<ClosingReason, string> = {
  excised: t('Closed: excised'),
  treated: t('Closed: treated otherwise'),
  gone: t('Closed: no longer there'),
  'not-followed': t('Closed: not followed any further'),
};

const dayOf = (instant: string): string => localDay(new Date(instant));
