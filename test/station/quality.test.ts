import { describe, expect, test } from 'vitest';
import {
  type Histology,
  type HistologyDiagnosis,
  quality,
  type Role,
  reviewDetails,
} from '../../src/clinic/entities/index.ts';
import { qualityHandlers } from '../../src/station/handlers/quality.ts';
import { addLesion, addReading, details, passphrase } from '../store/harness.ts';
import { calling, newScreen, type Screen, takeImage } from './screen.ts';

/** The head that reads calls a mole of the clinic's malignant, of which the shipped one knows nothing. */
const heads = {
  active: () => ({
    head: {
      classes: [
        { code: 'mel', gravity: 'malignant' },
        { code: 'nv', gravity: 'benign' },
        { code: 'own', gravity: 'pre-malignant' },
      ],
    },
  }),
  shipped: {
    classes: [
      { code: 'own', gravity: 'benign' },
      { code: 'df', gravity: 'benign' },
    ],
  },
};

const told = async ({ context }: Screen) =>
  quality.parse(
    await qualityHandlers({ ...context, heads } as unknown as typeof context)['quality.get'](
      {},
      calling,
    ),
  );

async function clinic() {
  const screen = await newScreen('2026-03-10T12:00:00');
  const { store, user } = screen;
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const colleague = (name: string, role: Role = 'clinician') =>
    store.accounts.add({ name, role, passphrase }, () => {});
  const find = (
    lesionId: string,
    diagnosis: HistologyDiagnosis,
    takenOn = '2026-03-09',
  ): Histology =>
    store.histology.add(
      lesionId,
      { takenOn, diagnosis, breslowMm: null, number: '', text: '' },
      user.id,
    );
  const review = (imageId: string, impression: string, given: object = {}, by = user.id) =>
    store.reviews.add({
      ...{ imageId, readingId: null, reviewerId: by },
      details: reviewDetails.parse({ impression, decision: 'no-action', note: '', ...given }),
    });
  /** Somebody answers what somebody else asks them about the newest review. */
  const opine = (
    imageId: string,
    { by, isBlind = true, asker = user.id }: { by: string; isBlind?: boolean; asker?: string },
    impression: string,
    decision: 'no-action' | 'excise' = 'no-action',
  ) => {
    const { id } = store.secondOpinions.ask(
      imageId,
      { askedOfId: by, isBlind, question: '' },
      asker,
    );
    const said = reviewDetails.parse({ impression, decision, note: '' });
    return store.secondOpinions.answer(id, said, by);
  };
  const lesion = () => addLesion(store, patientId).id;
  return { screen, store, user, colleague, find, review, opine, lesion };
}

describe('a lesion of which there is a finding', () => {
  test('counts once, with the gravest of its findings and of equals the first, also where it was merged, and not where it is removed', async () => {
    const { screen, store, user, find, lesion } = await clinic();
    const [one, merged, gone, other] = [lesion(), lesion(), lesion(), lesion()];
    find(one, 'naevus', '2026-01-02');
    find(merged, 'melanoma', '2026-01-03');
    find(one, 'bcc', '2026-01-04');
    find(gone, 'melanoma', '2026-01-05');
    find(other, 'akiec', '2026-01-06');
    find(other, 'naevus', '2026-01-07');
    store.corrections.mergeLesions(merged, one, user.id);
    store.corrections.removeLesion(gone);
    expect(await told(screen)).toMatchObject({
      ...{ lesions: 2, malignant: 2, withoutImage: 2 },
      ...{ firstOn: '2026-01-03', lastOn: '2026-01-06' },
      needed: { melanoma: { taken: 1, found: 1 } },
    });
  });

  test('is judged by the last image that was taken by the day of the specimen, of one without a date by its import', async () => {
    const { screen, store, find, lesion } = await clinic();
    const verdictOf = async (
      images: readonly (readonly [capturedAt: string | null, 'suspicious' | 'no-sign'])[],
      takenOn = '2026-03-10',
    ) => {
      const id = lesion();
      for (const [capturedAt, verdict] of images)
        addReading(store, takeImage(store, id, { capturedAt }).id, { verdict });
      const finding = find(id, 'melanoma', takenOn);
      const { network, withoutImage } = await told(screen);
      store.histology.withdraw(finding.id);
      return withoutImage === 1 ? 'no image' : network.sensitivity.count === 1 ? 'found' : 'missed';
    };
    const [early, onTheDay, late] = [
      '2026-02-01T23:59:59',
      '2026-03-10T23:59:59',
      '2026-03-11T00:00:00',
    ];
    expect(await verdictOf([])).toBe('no image');
    expect(await verdictOf([[late, 'suspicious']])).toBe('no image');
    expect(await verdictOf([[onTheDay, 'suspicious']])).toBe('found');
    expect(
      await verdictOf([
        [early, 'no-sign'],
        [onTheDay, 'suspicious'],
      ]),
    ).toBe('found');
    expect(
      await verdictOf([
        [onTheDay, 'suspicious'],
        [early, 'no-sign'],
      ]),
    ).toBe('found');
    expect(
      await verdictOf([
        [early, 'suspicious'],
        [late, 'no-sign'],
      ]),
    ).toBe('found');
    // Of two of one day the one that was imported later.
    expect(
      await verdictOf([
        ['2026-03-10T08:00:00', 'no-sign'],
        ['2026-03-10T07:00:00', 'suspicious'],
      ]),
    ).toBe('found');
    // Imported on 10 March.
    expect(
      await verdictOf([
        [null, 'suspicious'],
        [early, 'no-sign'],
      ]),
    ).toBe('found');
    expect(await verdictOf([[null, 'suspicious']], '2026-03-09')).toBe('no image');
  });

  test('is judged by what was read and said of it before the finding was entered', async () => {
    const { screen, store, find, review, lesion, colleague, opine } = await clinic();
    const image = takeImage(store, lesion(), { capturedAt: '2026-03-01T10:00:00' });
    const { id: later } = await colleague('Later');
    const { id: second } = await colleague('Second');
    addReading(store, image.id, { verdict: 'suspicious' });
    review(image.id, 'nv');
    screen.turnTo('2026-03-10T12:00:01');
    review(image.id, 'mel');
    opine(image.id, { by: second }, 'own');
    find(image.lesionId, 'melanoma');
    screen.turnTo('2026-03-10T12:00:02');
    addReading(store, image.id, { verdict: 'no-sign' });
    review(image.id, 'nv');
    review(image.id, 'nv', {}, later);
    const { network, readers } = await told(screen);
    expect(network.sensitivity).toMatchObject({ count: 1, of: 1 });
    expect(readers).toMatchObject([
      { name: 'Dr. Ada Grün', sensitivity: { count: 1, of: 1 } },
      { name: 'Second', sensitivity: { count: 1, of: 1 } },
    ]);
  });
});

test('of a reader’s several words the last one counts, an opinion among them, and a consensus is nobody’s own', async () => {
  const { screen, store, user, find, review, lesion, colleague, opine } = await clinic();
  const image = takeImage(store, lesion(), { capturedAt: '2026-03-01T10:00:00' });
  const { id: other } = await colleague('Other');
  const at = (second: number) => screen.turnTo(`2026-03-10T12:00:0${second}`);
  review(image.id, 'nv', {}, other);
  at(1);
  review(image.id, 'nv');
  at(2);
  const { id: opinionId } = opine(image.id, { by: other }, 'mel');
  at(3);
  store.secondOpinions.settle(opinionId, review(image.id, 'mel').id);
  find(image.lesionId, 'melanoma');
  expect((await told(screen)).readers).toMatchObject([
    { name: user.name, sensitivity: { count: 0, of: 1 } },
    { name: 'Other', sensitivity: { count: 1, of: 1 } },
  ]);
});

test('of two words of one instant the one that was said later counts', async () => {
  const { screen, find, review, lesion } = await clinic();
  const image = takeImage(screen.store, lesion(), { capturedAt: '2026-03-01T10:00:00' });
  for (const impression of ['nv', 'mel']) review(image.id, impression);
  find(image.lesionId, 'melanoma');
  expect((await told(screen)).readers).toMatchObject([{ sensitivity: { count: 1, of: 1 } }]);
});

test('a class of the head that reads is as grave as that says, one that it has not as the shipped head says, and of others nothing is known', async () => {
  const { screen, store, find, review, lesion } = await clinic();
  for (const impression of ['mel', 'own', 'nv', 'df', 'unsure']) {
    const image = takeImage(store, lesion(), { capturedAt: '2026-03-01T10:00:00' });
    review(image.id, impression);
    find(image.lesionId, 'melanoma');
  }
  expect((await told(screen)).readers).toMatchObject([
    { sensitivity: { count: 2, of: 4 }, leftOut: 1 },
  ]);
});

test('what seeing the reading changed is counted where an impression was said before it, and nowhere else', async () => {
  const { screen, store, find, review, lesion } = await clinic();
  for (const [firstImpression, impression] of [
    ['nv', 'mel'],
    ['mel', 'nv'],
    ['mel', 'mel'],
    [null, 'mel'],
  ] as const) {
    const image = takeImage(store, lesion(), { capturedAt: '2026-03-01T10:00:00' });
    review(image.id, impression, { firstImpression });
    find(image.lesionId, 'melanoma');
  }
  expect((await told(screen)).readers).toMatchObject([
    { changes: { of: 3, toRight: 1, toWrong: 1 } },
  ]);
});

test('a clinician is told of themselves and of the opinions that they have part in, an administrator of all', async () => {
  const { screen, store, user, find, review, lesion, colleague, opine } = await clinic();
  const [asked, asking, apart] = [
    await colleague('Asked'),
    await colleague('Asking'),
    await colleague('Apart'),
  ];
  const image = takeImage(store, lesion(), { capturedAt: '2026-03-01T10:00:00' });
  review(image.id, 'nv', {}, asking.id);
  const { id: opinionId } = opine(image.id, { by: asked.id, asker: asking.id }, 'mel', 'excise');
  // One that nobody has answered is none.
  const open = { askedOfId: apart.id, isBlind: false, question: '' };
  store.secondOpinions.ask(image.id, open, asking.id);
  find(image.lesionId, 'melanoma');
  const seen = async (as: typeof user) => {
    screen.enter(as);
    const { readers, opinions } = await told(screen);
    return [readers.map(({ name }) => name), opinions.blind.decision.agreed.of, opinions.settled];
  };
  const nothing = { count: 0, toFirst: 0, toSecond: 0, toNeither: 0 };
  expect(await seen(user)).toEqual([['Asked', 'Asking'], 1, nothing]);
  expect(await seen(asked)).toEqual([['Asked'], 1, nothing]);
  expect(await seen(asking)).toEqual([['Asking'], 1, nothing]);
  expect(await seen(apart)).toEqual([[], 0, nothing]);
  const agreed = review(image.id, 'mel', { decision: 'excise' }, asking.id);
  store.secondOpinions.settle(opinionId, agreed.id);
  expect(await seen(asking)).toEqual([['Asking'], 1, { ...nothing, count: 1, toSecond: 1 }]);
});
