import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadFoundation, loadShippedModel } from '../../src/clinic/model.ts';
import { learnedScoring, type ScoringHead } from '../../src/clinic/scoring.ts';
import { learnHead } from '../../src/snn/learning/index.ts';
import { approveVersion } from '../../src/station/classes/approval.ts';
import { ClassMapper } from '../../src/station/classes/class-map.ts';
import { overviewOf } from '../../src/station/classes/overview.ts';
import type { Session } from '../../src/station/session.ts';
import { passphrase, temporaryFolder } from '../store/harness.ts';
import { classClinic, evaluationOf, scar } from './class-clinic.ts';

let clinic: Awaited<ReturnType<typeof classClinic>>;
let mole: ScoringHead;
beforeAll(() => {
  const model = loadShippedModel();
  const foundation = loadFoundation(model);
  if (!foundation) throw new Error('The shipped model has no statistics.');
  const changes = [{ kind: 'rename', code: 'nv', name: 'Mole' } as const];
  const learned = { name: 'mole', learner: 'extension', changes, examples: [] } as const;
  mole = learnedScoring(model, learnHead(foundation, learned));
});
beforeEach(async () => {
  clinic = await classClinic();
});

/** A version of a head, by whose measure these classes fall. */
function versionOf(head: Pick<ScoringHead, 'sha256'>, ...falling: string[]) {
  return clinic.store.headVersions.add({
    ...{ headSha256: head.sha256, parentNumber: null, learner: 'extension', examples: [] },
    ...{ changes: [], evaluation: evaluationOf(...falling), authorId: clinic.user.id },
  });
}
function activate(number: number | null, { sha256 }: Pick<ScoringHead, 'sha256'>): void {
  clinic.store.headVersions.activate({ number, headSha256: sha256 }, clinic.user.id);
}
/** A head whose document cannot be read here, as one on another network. */
function strange(digit: string) {
  const sha256 = digit.repeat(64);
  const { store, heads } = clinic;
  store.models.putHead({ name: 'x', sha256, networkSha256: heads.model.sha256, json: '{}' });
  return { sha256 };
}

describe('the head that reads', () => {
  const active = () => clinic.heads.active(clinic.store);

  test('is the shipped one until a version is activated, and again once that is taken back', () => {
    const { store, heads } = clinic;
    const shipped = { head: heads.shipped, number: null, isLost: false };
    expect(active()).toEqual(shipped);
    heads.put(store, mole);
    const { number } = versionOf(mole);
    activate(number, mole);
    expect(active()).toMatchObject({ number, isLost: false, head: { sha256: mole.sha256 } });
    expect(active().head.classes.find(({ code }) => code === 'nv')?.name).toBe('Mole');
    activate(null, heads.shipped);
    expect(active()).toEqual(shipped);
  });

  test('is the shipped one where the version cannot read here, which is told', () => {
    const head = strange('a');
    activate(versionOf(head).number, head);
    const { head: reading, ...rest } = active();
    expect([reading.sha256, rest]).toEqual([
      ...[clinic.heads.shipped.sha256, { number: null, isLost: true }],
    ]);
  });

  test('has the clinic’s own threshold of melanoma, where it measured one', () => {
    const { store, heads } = clinic;
    heads.put(store, mole);
    const asked = vi.spyOn(store.commissioning, 'newest');
    const threshold = ({ calibration }: ScoringHead) => calibration?.referral.melanomaThreshold;
    const own = threshold(heads.shipped);
    expect(own).not.toBe(0.123);
    expect(threshold(active().head)).toBe(own);
    asked.mockReturnValue({ melanomaThreshold: 0.123 } as ReturnType<typeof asked>);
    expect(threshold(active().head)).toBe(0.123);
    for (const head of [heads.shipped, mole]) {
      const found = heads.find(store, head.sha256);
      expect(found && threshold(found)).toBe(head.calibration ? 0.123 : undefined);
      const { networkSha256, sha256: headSha256 } = head;
      expect(asked).toHaveBeenLastCalledWith({ networkSha256, headSha256 });
    }
  });

  test('is read from the clinic once, until something was erased', () => {
    const { store, heads } = clinic;
    heads.put(store, mole);
    const reads = vi.spyOn(store.models, 'getHead');
    const find = () => heads.find(store, mole.sha256)?.sha256;
    expect([find(), find(), reads.mock.calls.length]).toEqual([mole.sha256, mole.sha256, 1]);
    heads.find(store, heads.shipped.sha256);
    expect(reads).toHaveBeenCalledTimes(1);
    heads.forget(store);
    expect([find(), reads.mock.calls.length]).toEqual([mole.sha256, 2]);
    expect(heads.find(store, strange('b').sha256)).toBeUndefined();
    expect(() => heads.find(store, 'c'.repeat(64))).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });
});

describe('a version is approved', () => {
  const approve = (number: number, user = clinic.user, reason: string | null = null) =>
    approveVersion(clinic.store, user, number, reason);
  const add = (name: string, role: 'clinician' | 'administrator') =>
    clinic.store.accounts.add({ name, role, passphrase });
  const beyond = { code: 'not-allowed', message: expect.stringContaining('written reason') };

  test('by its author in a clinic of one, once, without a reason where no class falls', () => {
    clinic.heads.put(clinic.store, mole);
    const { number } = versionOf(mole);
    expect(approve(number, clinic.user, 'No need.')).toMatchObject({
      state: 'approved',
      reason: null,
    });
    expect(() => approve(number)).toThrow(
      expect.objectContaining({
        code: 'learning-refused',
        message: expect.stringContaining('already'),
      }),
    );
  });

  test('by another user where the clinic has one who may', async () => {
    const { number } = versionOf(strange('a'));
    const other = await add('Second', 'clinician');
    expect(() => approve(number)).toThrow(
      expect.objectContaining({
        code: 'not-allowed',
        message: expect.stringContaining('another user'),
      }),
    );
    expect(approve(number, other)).toMatchObject({ state: 'approved', approverName: 'Second' });
  });

  test('by an administrator with a reason alone, where one of the classes falls beyond its limit', async () => {
    const { number } = versionOf(strange('a'), 'mel');
    const evaluation = evaluationOf('mel');
    const mixed = clinic.store.headVersions.add({
      ...{
        headSha256: strange('b').sha256,
        parentNumber: null,
        learner: 'extension',
        examples: [],
      },
      ...{ changes: [], authorId: clinic.user.id },
      evaluation: {
        ...evaluation,
        guards: [...evaluation.guards, { kind: 'conflict', images: [] }],
      },
    });
    const [clinician, administrator] = [
      await add('Clinician', 'clinician'),
      await add('Administrator', 'administrator'),
    ];
    for (const each of [number, mixed.number]) {
      expect(() => approve(each, clinician, 'A reason.')).toThrow(expect.objectContaining(beyond));
      expect(() => approve(each, administrator)).toThrow(expect.objectContaining(beyond));
      expect(approve(each, administrator, 'A reason.')).toMatchObject({
        ...{ state: 'approved', reason: 'A reason.' },
      });
    }
  });
});

describe('the overview of the classes', () => {
  const overview = (canLearn = true) =>
    overviewOf({ store: clinic.store } as Session, clinic.heads, canLearn);

  test('tells the classes that read and those that are proposed, and that nothing is under way', () => {
    const { heads, store, user } = clinic;
    const before = overview(false);
    expect(before).toMatchObject({
      ...{ active: null, shippedName: heads.shipped.name, isLost: false, canLearn: false },
      ...{ versions: [], examples: [], rescoring: null, needsSecondUser: false },
    });
    expect(before.former).toBeUndefined();
    expect(before.classes.map(({ code }) => code)).toEqual(
      heads.shipped.classes.map(({ code }) => code),
    );
    expect(before.classes.every(({ parent }) => parent === null)).toBe(true);
    store.classExamples.addChange({ ...scar, parent: 'nv' }, user.id);
    const { classes, proposed } = overview();
    expect(classes).toEqual(before.classes);
    expect(proposed.find(({ code }) => code === 'scar')?.parent).toBe('nv');
  });

  test('tells what an active version’s classes are kinds of, and which head read before, unless that is erased', () => {
    const { store, heads, user } = clinic;
    heads.put(store, mole);
    const changes = [{ ...scar, parent: 'nv' }];
    const withScar = { ...mole, sha256: 'd'.repeat(64), classes: [...mole.classes, { ...scar }] };
    heads.put(store, withScar as ScoringHead);
    vi.spyOn(heads, 'find').mockReturnValue(withScar as ScoringHead);
    const { number } = store.headVersions.add({
      ...{ headSha256: withScar.sha256, parentNumber: null, learner: 'extension', examples: [] },
      ...{ changes, evaluation: evaluationOf(), authorId: user.id },
    });
    const other = versionOf(mole);
    activate(other.number, mole);
    expect(overview()).toMatchObject({ active: other.number, former: null });
    activate(number, withScar);
    const { classes, former, active } = overview();
    expect([active, former]).toEqual([number, other.number]);
    expect(classes.at(-1)).toMatchObject({ code: 'scar', parent: 'nv' });
    const versions = store.headVersions.list();
    vi.spyOn(store.headVersions, 'list').mockReturnValue(
      versions.map((each) => (each.number === other.number ? { ...each, state: 'erased' } : each)),
    );
    expect(overview().former).toBeUndefined();
  });

  test('tells how far the archive is brought up', () => {
    clinic.read(1);
    const { store, heads, user } = clinic;
    store.rescorings.start(heads.shipped.sha256, heads.shipped.sha256, user.id);
    expect(overview().rescoring).toMatchObject({
      total: 1,
      endedAt: null,
      changes: expect.anything(),
    });
  });
});

test('there is no map of a network that came without statistics', () => {
  const { store, heads, exampleOf } = clinic;
  const image = exampleOf('nv', 1);
  const bare = new ClassMapper({ ...heads.model, folder: temporaryFolder() });
  const counts = new Int32Array(256);
  expect(bare.ofExamples(store)).toBeNull();
  expect(bare.ofImages(store, [{ imageId: image.id, counts }])).toBeNull();
  const mapper = new ClassMapper(heads.model);
  const point = { imageId: image.id, lesionLabel: '1', codes: ['nv'] };
  expect(mapper.ofExamples(store)?.points).toMatchObject([point]);
  expect(mapper.ofImages(store, [{ imageId: image.id, counts }])?.points).toMatchObject([point]);
});
