import { expect, test } from 'vitest';
import type { FollowUp, Lesion } from '../../src/clinic/entities/index.ts';
import { Veil } from '../../src/station/veil.ts';
import type { ClinicStore } from '../../src/store/index.ts';

const me = { id: 'me' };
/** What was said of the images `one` and `other` of the lesions `L-one` and `L-other`. */
const reviews = [
  { id: 'theirs-newer', imageId: 'one', reviewerId: 'colleague' },
  { id: 'mine', imageId: 'one', reviewerId: 'me' },
  { id: 'theirs', imageId: 'one', reviewerId: 'colleague' },
  { id: 'of-other', imageId: 'other', reviewerId: 'colleague' },
  { id: 'of-third', imageId: 'third', reviewerId: 'colleague' },
];
const idsOf = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);

/** As a user sees a clinic in which they are blindly asked about these images. */
function veilOver(...hidden: string[]): Veil {
  const of = (imageId: string) => reviews.filter((each) => each.imageId === imageId);
  const said = (imageId: string) => [
    { id: `asked-of-me ${imageId}`, askedOfId: 'me', readerId: 'me' },
    { id: `asked-of-them ${imageId}`, askedOfId: 'colleague', readerId: 'colleague' },
  ];
  const store = {
    secondOpinions: {
      hiddenFrom: (userId: string) => new Set(userId === me.id ? hidden : []),
      listByImage: said,
    },
    reviews: {
      listByImage: of,
      newestByImage: (imageId: string) => of(imageId)[0] ?? null,
      get: (id: string) => {
        const found = reviews.find((each) => each.id === id);
        if (!found) throw new Error(`no review ${id}`);
        return found;
      },
    },
    checklists: {
      listByImage: said,
      listByReader: (imageId: string, readerId: string) =>
        said(imageId).filter((each) => each.readerId === readerId),
    },
    sharedCases: { answersOf: (lesionId: string) => [{ id: `answer to ${lesionId}` }] },
    images: { get: (imageId: string) => ({ lesionId: `L-${imageId}` }) },
    lesions: { get: (id: string) => ({ id, patientId: `P-${id}` }) },
  };
  return new Veil({ store: store as unknown as ClinicStore, user: me });
}

const followUp = (id: string, reviewId: string | null) => ({ id, reviewId }) as FollowUp;
const followUps = [followUp('by hand', null), ...reviews.map(({ id }) => followUp(id, id))];

test('of an image that a user is blindly asked about they see what they said themselves, and nothing of others', () => {
  const veil = veilOver('one');
  expect([veil.hides('one'), veil.hides('other')]).toEqual([true, false]);
  expect(idsOf(veil.reviews('one'))).toEqual(['mine']);
  expect(veil.newestReview('one')?.id).toBe('mine');
  expect(idsOf(veil.opinions('one'))).toEqual(['asked-of-me one']);
  expect(idsOf(veil.checklists('one'))).toEqual(['asked-of-me one']);
  expect(veil.colleagueAnswers('L-one')).toEqual([]);
  expect(veilOver('other').newestReview('other')).toBeNull();
});

test('of other images they see all that was said', () => {
  const veil = veilOver('other');
  expect(idsOf(veil.reviews('one'))).toEqual(['theirs-newer', 'mine', 'theirs']);
  expect(veil.newestReview('one')?.id).toBe('theirs-newer');
  expect(idsOf(veil.opinions('one'))).toEqual(['asked-of-me one', 'asked-of-them one']);
  expect(idsOf(veil.checklists('one'))).toEqual(['asked-of-me one', 'asked-of-them one']);
  expect(veil.colleagueAnswers('L-one')).toEqual([{ id: 'answer to L-one' }]);
});

test.each([
  ['no image', [], ['by hand', 'theirs-newer', 'mine', 'theirs', 'of-other', 'of-third']],
  ['one image', ['one'], ['by hand', 'mine', 'of-other', 'of-third']],
  ['two images', ['one', 'other'], ['by hand', 'mine', 'of-third']],
])(
  'blindly asked about %s, a user sees every follow-up but those that tell of it',
  (_, hidden, shown) => {
    expect(idsOf(veilOver(...hidden).followUps(followUps))).toEqual(shown);
  },
);

test('what holds one of the lesions that a user is blindly asked about is not theirs to take out', () => {
  const isOf =
    (...ids: string[]) =>
    (lesion: Lesion) =>
      ids.includes(lesion.id);
  const veil = veilOver('one', 'other');
  expect(
    [isOf('L-one'), isOf('L-other'), isOf('L-third')].map((each) => veil.mayTake(each)),
  ).toEqual([false, false, true]);
  expect(() => veil.assertMayTake(isOf('L-other', 'L-third'))).toThrow(
    expect.objectContaining({ code: 'not-allowed', message: expect.stringContaining('blind') }),
  );
  veil.assertMayTake(isOf('L-third'));
  veilOver().assertMayTake(() => true);
});
