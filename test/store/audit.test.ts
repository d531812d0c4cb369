import path from 'node:path';
import { expect, test } from 'vitest';
import { Connection } from '../../src/store/connection.ts';
import { type AuditVerdict, unlockClinic } from '../../src/store/index.ts';
import { closing, dataKeyOf, newClinic, passphrase, userName } from './harness.ts';

/** What `verify` says of five entries once `sql` was done to them behind the store's back. */
async function verdictAfter(sql: string): Promise<AuditVerdict> {
  const { folder, store, user } = await newClinic();
  for (const n of [1, 2, 3, 4, 5])
    store.audit.append({ userId: user.id, action: 'patient.update', subject: `patient:${n}` });
  expect(store.audit.verify()).toEqual({ entries: 5, intact: true });
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  connection.script('DROP TRIGGER audit_entry_is_final; DROP TRIGGER audit_entry_stays;');
  connection.script(sql);
  connection.close();
  return closing(await unlockClinic(folder, { userName, passphrase })).store.audit.verify();
}

test('an edited entry breaks the chain', async () => {
  const edit = "UPDATE audit_entry SET subject = 'patient:9' WHERE seq = 3";
  expect(await verdictAfter(edit)).toEqual({ entries: 5, intact: false, firstBroken: 3 });
});

test('a removed entry breaks the chain, even when those behind it move up', async () => {
  const remove = 'DELETE FROM audit_entry WHERE seq = 2';
  expect(await verdictAfter(remove)).toEqual({ entries: 4, intact: false, firstBroken: 2 });
  const close = `${remove}; UPDATE audit_entry SET seq = seq - 1 WHERE seq > 2`;
  expect(await verdictAfter(close)).toMatchObject({ intact: false, firstBroken: 2 });
});

test('entries removed at the end are missed', async () => {
  const remove = 'DELETE FROM audit_entry WHERE seq > 3';
  expect(await verdictAfter(remove)).toEqual({ entries: 3, intact: false, firstBroken: 4 });
});

test('an inserted entry breaks the chain', async () => {
  const insert = `
    UPDATE audit_entry SET seq = seq + 100 WHERE seq >= 4;
    UPDATE audit_entry SET seq = seq - 99 WHERE seq >= 4;
    INSERT INTO audit_entry (seq, at, user_id, action, subject, hash)
      SELECT 4, at, user_id, action, subject, hash FROM audit_entry WHERE seq = 3`;
  expect(await verdictAfter(insert)).toMatchObject({ intact: false, firstBroken: 4 });
});

test('an audit entry, a review and a reading cannot be changed by mistake', async () => {
  const { folder, store, user } = await newClinic();
  store.audit.append({ userId: user.id, action: 'a', subject: 'b' });
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  expect(() => connection.script("UPDATE audit_entry SET subject = 'c'")).toThrow(/never changed/);
  expect(() => connection.script('DELETE FROM audit_entry')).toThrow(/never deleted/);
  connection.close();
});

test('the newest entries are listed first with the names of the users', async () => {
  const { store, user } = await newClinic();
  store.audit.append({ userId: user.id, action: 'session.unlock', subject: '' });
  store.audit.append({ userId: null, action: 'session.lock', subject: 'idle' });
  expect(store.audit.list(10)).toMatchObject([
    { userName: 'Dermaspike', action: 'session.lock', subject: 'idle' },
    { userName, action: 'session.unlock', subject: '' },
  ]);
  expect(store.audit.list(1)).toHaveLength(1);
});

test('an entry goes with the transaction that it tells of', async () => {
  const { store, user } = await newClinic();
  expect(() =>
    store.transaction(() => {
      store.audit.append({ userId: user.id, action: 'a', subject: 'b' });
      throw new Error('undone');
    }),
  ).toThrow('undone');
  expect(store.audit.verify()).toEqual({ entries: 0, intact: true });
});
