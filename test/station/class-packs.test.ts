import { beforeEach, expect, test } from 'vitest';
import type { Role } from '../../src/clinic/entities/index.ts';
import { importedClasses } from '../../src/station/classes/imported-classes.ts';
import { exportPack, importPack, inspectPack } from '../../src/station/classes/packs.ts';
import type { Session } from '../../src/station/session.ts';
import { classClinic, scar } from './class-clinic.ts';

type Clinic = Awaited<ReturnType<typeof classClinic>>;

let clinic: Clinic;
beforeEach(async () => {
  clinic = await classClinic();
});

const screenOf = ({ store, user }: Clinic, role: Role = 'administrator') =>
  ({
    ...{ store, user: { ...user, role } },
    state: () => ({ state: 'unlocked', clinicName: 'Am See' }),
  }) as unknown as Session;
/** A pack of two images of one lesion, and one of another. */
function exported(): Buffer {
  const { store, user, heads, exampleOf } = clinic;
  store.classExamples.addChange(scar, user.id);
  const [first] = [exampleOf('scar', 1), exampleOf('scar', 2)];
  const third = exampleOf('scar', 3);
  store.corrections.moveImage(third.id, first.lesionId, user.id);
  return exportPack(screenOf(clinic), heads, 'scar');
}

test('a class is given away from two examples on, with its images and lesions counted', () => {
  const { store, user, heads, exampleOf } = clinic;
  const refused = {
    ...{ code: 'learning-refused', message: expect.stringContaining('no two examples of "scar"') },
  };
  const give = () => exportPack(screenOf(clinic), heads, 'scar');
  expect(give).toThrow(expect.objectContaining(refused));
  store.classExamples.addChange(scar, user.id);
  exampleOf('nv', 8);
  exampleOf('scar', 1);
  expect(give).toThrow(expect.objectContaining(refused));
  exampleOf('scar', 2);
  expect(inspectPack(store, heads, give())).toMatchObject({
    ...{ code: 'scar', name: 'Scar', gravity: 'malignant', parent: null, evaluation: null },
    ...{ images: 2, lesions: 2, clinicName: 'Am See', networkName: heads.model.name },
    isTrusted: true,
  });
});

test('several images of one lesion are one lesion', () => {
  const { store, heads } = clinic;
  expect(inspectPack(store, heads, exported())).toMatchObject({ images: 3, lesions: 2 });
});

test('a pack whose key is unknown is taken by an administrator who says that it is trusted, and the key from then on by others', async () => {
  const bytes = exported();
  const there = await classClinic();
  const { store, heads } = there;
  const take = (role: Role, trust: boolean) =>
    importPack(screenOf(there, role), heads, bytes, trust);
  const { fingerprint } = inspectPack(store, heads, bytes);
  const refused = expect.objectContaining({
    ...{ code: 'not-allowed', message: expect.stringContaining(fingerprint) },
  });
  expect(() => take('administrator', false)).toThrow(refused);
  expect(() => take('clinician', true)).toThrow(refused);
  expect([store.classExamples.changes(), store.classPacks.list()]).toEqual([[], []]);
  take('administrator', true);
  expect(store.classExamples.changes().map(({ change }) => change)).toEqual([scar]);
  expect(inspectPack(store, heads, bytes).isTrusted).toBe(true);
  take('clinician', false);
  expect(store.classExamples.changes()).toHaveLength(1);
  expect(store.classPacks.list()).toHaveLength(1);
});

test('of what was imported those classes are learned from that there are, and none that fits no more', async () => {
  const bytes = exported();
  const { store, heads, user } = clinic;
  store.classPacks.put('scar', bytes.toString('utf8'), user.id);
  const known = (...codes: string[]) => importedClasses(store, heads, new Set(codes));
  expect(known('scar', 'nv')).toMatchObject([{ code: 'scar', lesions: 2 }]);
  expect(known('nv')).toEqual([]);
  store.classPacks.put('scar', '{}', user.id);
  expect(known('scar')).toEqual([]);
});

test('a class that makes no sense beside those that there are is not taken', async () => {
  const bytes = exported();
  const there = await classClinic();
  const twin = { ...scar, code: 'other' };
  there.store.classExamples.addChange(twin, there.user.id);
  const taking = () => importPack(screenOf(there), there.heads, bytes, true);
  expect(taking).toThrow(expect.objectContaining({ code: 'learning-refused' }));
  expect(there.store.classPacks.list()).toEqual([]);
});
