import { t } from '../../language/index.ts';

const counted = {
  answer: (count) => t('{count, plural, one {# answer} other {# answers}}', { count }),
  'changed reading': (count) =>
    t('{count, plural, one {# changed reading} other {# changed readings}}', { count }),
  checklist: (count) => t('{count, plural, one {# checklist} other {# checklists}}', { count }),
  consent: (count) => t('{count, plural, one {# consent} other {# consents}}', { count }),
  day: (count) => t('{count, plural, one {# day} other {# days}}', { count }),
  draft: (count) => t('{count, plural, one {# draft} other {# drafts}}', { count }),
  'earlier image': (count) =>
    t('{count, plural, one {# earlier image} other {# earlier images}}', { count }),
  'erased record': (count) =>
    t('{count, plural, one {# erased record} other {# erased records}}', { count }),
  example: (count) => t('{count, plural, one {# example} other {# examples}}', { count }),
  file: (count) => t('{count, plural, one {# file} other {# files}}', { count }),
  'follow-up': (count) => t('{count, plural, one {# follow-up} other {# follow-ups}}', { count }),
  'histology finding': (count) =>
    t('{count, plural, one {# histology finding} other {# histology findings}}', { count }),
  image: (count) => t('{count, plural, one {# image} other {# images}}', { count }),
  lesion: (count) => t('{count, plural, one {# lesion} other {# lesions}}', { count }),
  mark: (count) => t('{count, plural, one {# mark} other {# marks}}', { count }),
  measure: (count) => t('{count, plural, one {# measure} other {# measures}}', { count }),
  'more lesion': (count) =>
    t('{count, plural, one {# more lesion} other {# more lesions}}', { count }),
  opinion: (count) => t('{count, plural, one {# opinion} other {# opinions}}', { count }),
  'overview photograph': (count) =>
    t('{count, plural, one {# overview photograph} other {# overview photographs}}', { count }),
  page: (count) => t('{count, plural, one {# page} other {# pages}}', { count }),
  pair: (count) => t('{count, plural, one {# pair} other {# pairs}}', { count }),
  patient: (count) => t('{count, plural, one {# patient} other {# patients}}', { count }),
  photograph: (count) => t('{count, plural, one {# photograph} other {# photographs}}', { count }),
  picture: (count) => t('{count, plural, one {# picture} other {# pictures}}', { count }),
  'planned follow-up': (count) =>
    t('{count, plural, one {# planned follow-up} other {# planned follow-ups}}', { count }),
  reading: (count) => t('{count, plural, one {# reading} other {# readings}}', { count }),
  review: (count) => t('{count, plural, one {# review} other {# reviews}}', { count }),
  row: (count) => t('{count, plural, one {# row} other {# rows}}', { count }),
  'second opinion': (count) =>
    t('{count, plural, one {# second opinion} other {# second opinions}}', { count }),
  visit: (count) => t('{count, plural, one {# visit} other {# visits}}', { count }),
  year: (count) => t('{count, plural, one {# year} other {# years}}', { count }),
  month: (count) => t('{count, plural, one {# month} other {# months}}', { count }),
  'removed image': (count) =>
    t('{count, plural, one {# removed image} other {# removed images}}', { count }),
} satisfies Record<string, (count: number) => string>;

/** What can be counted, by its English singular. */
export type Counted = keyof typeof counted;

/** "1 image", "1,200 images". */
export const countText = (count: number, what: Counted): string => counted[what](count);
