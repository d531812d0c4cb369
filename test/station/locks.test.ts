import { expect, test } from 'vitest';
import { classHandlers } from '../../src/station/handlers/classes.ts';
import { commissioningHandlers } from '../../src/station/handlers/commissioning.ts';
import { erasureHandlers } from '../../src/station/handlers/erasures.ts';
import { measuringHandlers } from '../../src/station/handlers/measuring.ts';
import { userHandlers } from '../../src/station/handlers/users.ts';
import { addLesion, addOverview, details, passphrase, sha256 } from '../store/harness.ts';
import { calling, newScreen, outline, scaleOf, takeImage } from './screen.ts';

/** A clinic with an image, whose slow helpers answer when the test has them go on. */
async function waiting() {
  const screen = await newScreen();
  const { store } = screen;
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, patientId);
  const image = takeImage(store, lesion.id);
  const { promise, resolve } = Promise.withResolvers<void>();
  const slowly =
    <T>(answer: T) =>
    () =>
      promise.then(() => answer);
  const head = {
    classes: [{ code: 'nv', name: 'Naevus', gravity: 'benign' }],
    sha256: sha256('h'),
  };
  const helpers = {
    measurer: {
      propose: slowly({ found: 1, proposed: outline }),
      drawn: slowly(outline),
      scaleBy: slowly(scaleOf(0.02)),
    },
    eraser: {
      cameBack: slowly([{ kind: 'patient', id: patientId }]),
      listState: slowly({ damaged: 0 }),
      mendList: slowly(undefined),
    },
    trial: { check: slowly('read'), end: () => {} },
    importer: { import: slowly({ outcome: 'imported', image, reading: null }) },
    heads: {
      model: { folder: '/nowhere', inputSizePx: 1, head, sha256: sha256('n') },
      shipped: head,
      active: () => ({ head }),
    },
    dataKeys: { begin: () => Promise.reject(new Error('It was begun.')) },
  };
  const context = { ...screen.context, ...helpers } as unknown as typeof screen.context;
  return { screen, store, context, patientId, image, goOn: resolve };
}

type Waiting = Awaited<ReturnType<typeof waiting>>;
const points = outline.controls.map((point) => ({ ...point }));
const slow: readonly [string, (given: Waiting) => unknown][] = [
  [
    'an outline is proposed',
    ({ context, image }) =>
      measuringHandlers(context)['measuring.propose']({ imageId: image.id, which: 0 }, calling),
  ],
  [
    'an outline is drawn',
    ({ context, image }) =>
      measuringHandlers(context)['measuring.outline'](
        { imageId: image.id, controls: points },
        calling,
      ),
  ],
  [
    'an image is calibrated',
    ({ context, image }) =>
      measuringHandlers(context)['measuring.calibrate'](
        { imageId: image.id, by: { source: 'ruler', markMm: 1 } },
        calling,
      ),
  ],
  [
    'what came back is looked for',
    ({ context }) => erasureHandlers(context)['erasures.cameBack']({}, calling),
  ],
  [
    'the list of what was erased is looked at',
    ({ context }) => erasureHandlers(context)['erasures.listState']({}, calling),
  ],
  [
    'that list is mended',
    ({ context }) => erasureHandlers(context)['erasures.mendList']({}, calling),
  ],
  [
    'an image of a trial is read',
    ({ context }) =>
      commissioningHandlers(context)['commissioning.check'](
        { fileName: 'a.jpg', bytes: new Uint8Array(1) },
        calling,
      ),
  ],
  [
    'an example is imported',
    ({ context }) =>
      classHandlers(context)['classes.importExample'](
        {
          ...{ collection: 'Moles', lesion: 'M1', code: 'nv', confirmedBy: 'clinical' },
          ...{ fileName: 'a.jpg', bytes: new Uint8Array(1) },
        },
        calling,
      ),
  ],
  [
    'a user is added',
    ({ context }) =>
      userHandlers(context)['users.add'](
        { userName: 'Colleague', role: 'clinician', passphrase: 'granite window thirty' },
        calling,
      ),
  ],
  [
    'the passphrase for a new data key is checked',
    ({ context }) => userHandlers(context)['users.changeDataKey']({ passphrase }, calling),
  ],
];

test.each(slow)(
  'a lock while %s ends it, whoever unlocks next, and nothing is saved or told',
  async (_, begin) => {
    const given = await waiting();
    const { screen, store, image, goOn } = given;
    const begun = Promise.resolve(begin(given));
    begun.catch(() => {});
    const { length } = screen.entries();
    screen.told();
    screen.lock();
    goOn();
    await expect(begun).rejects.toMatchObject({ code: 'locked' });
    expect(screen.entries()).toHaveLength(length);
    expect(screen.told()).toBe('');
    expect(store.measuring.outlineOf(image.id)).toBeNull();
    expect(store.measuring.scaleOf(image.id)).toBeNull();
    expect(store.classExamples.list()).toEqual([]);
    expect(store.accounts.list()).toHaveLength(1);
  },
);

test('what came back although it was erased is told with whose it is: a patient, or their image or photograph', async () => {
  const { screen, store, patientId, image, context } = await waiting();
  const overview = addOverview(store, patientId, screen.user.id);
  const subjects = [
    { kind: 'patient', id: patientId },
    { kind: 'image', id: image.id },
    { kind: 'overview', id: overview.id },
  ] as const;
  const eraser = { cameBack: async () => subjects, mendList: async () => {} };
  const erasures = erasureHandlers({ ...context, eraser } as unknown as typeof context);
  const found = await erasures['erasures.cameBack']({}, calling);
  expect(
    found.map(({ subject, lesion, patient }) => [subject.kind, lesion?.id, patient.id]),
  ).toEqual([
    ['patient', undefined, patientId],
    ['image', image.lesionId, patientId],
    ['overview', undefined, patientId],
  ]);
  expect(await erasures['erasures.mendList']({}, calling)).toEqual({});
});
