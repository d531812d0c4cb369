import { expect, test } from 'vitest';
import { details, expectRefusal, newClinic, passphrase } from './harness.ts';

async function clinicWithChanges() {
  const { store, user } = await newClinic();
  const second = await store.accounts.add({ name: 'Dr Second', role: 'clinician', passphrase });
  const { id } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const note = (userId: string, reason: string) =>
    store.recentChanges.note({
      ...{ userId, patientId: id, subjectId: id },
      did: { act: 'lesion.close', on: '2026-03-01', reason },
    });
  const reasons = (userId: string) =>
    store.recentChanges.listByUser(userId).map(({ did }) => 'reason' in did && did.reason);
  return { store, user, second, note, reasons };
}

test('of each person the newest fifty changes are kept, the newest first, and others’ are not counted', async () => {
  const { store, user, second, note, reasons } = await clinicWithChanges();
  store.transaction(() => {
    for (let n = 1; n <= 50; n++) note(user.id, String(n));
    note(second.id, 'theirs');
  });
  expect(reasons(user.id)).toHaveLength(50);
  note(user.id, '51');
  expect(reasons(user.id)).toEqual(Array.from({ length: 50 }, (_, n) => String(51 - n)));
  expect(reasons(second.id)).toEqual(['theirs']);
});

test('a change is its person’s alone, and once undone it says so', async () => {
  const { store, user, second, note } = await clinicWithChanges();
  note(user.id, 'excised');
  const [change] = store.recentChanges.listByUser(user.id);
  if (!change) throw new Error('no change');
  expect(change).toMatchObject({ undoneAt: null, did: { act: 'lesion.close', reason: 'excised' } });
  expect(store.recentChanges.get(change.id, user.id)).toEqual(change);
  await expectRefusal('not-found', () => store.recentChanges.get(change.id, second.id));
  store.recentChanges.markUndone(change.id);
  expect(store.recentChanges.get(change.id, user.id).undoneAt).toEqual(expect.any(String));
});
