import { cpSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readClinicFile, writeClinicFile } from '../../src/store/clinic-file.ts';
import { Connection } from '../../src/store/connection.ts';
import { type AuditVerdict, joinClinic, unlockClinic } from '../../src/store/index.ts';
import { Records, unvouched } from '../../src/store/records.ts';
import { AuditRepository } from '../../src/store/repositories/audit.ts';
import { UserKeyRepository } from '../../src/store/repositories/user-keys.ts';
import { newUserSecret, UserKeys } from '../../src/store/user-keys.ts';
import { attack, rewrite, verdict } from './audit-attack.ts';
import {
  addImage,
  addLesion,
  addReading,
  closing,
  dataKeyOf,
  details,
  kdf,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const bo = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' } as const;
const boUnlocks = { userName: bo.name, passphrase: bo.passphrase, kdf };

/** A clinic in which two users worked: a patient with an image, a reading and Bo's review. */
async function clinicAtWork() {
  const { folder, store, user } = await newClinic();
  const added = await store.accounts.add(bo, ({ id }) =>
    store.audit.append({ userId: user.id, action: 'user.add', subject: `user:${id}` }),
  );
  store.close();
  const opened = closing(await unlockClinic(folder, boUnlocks));
  const image = opened.store.transaction(() => {
    const patient = opened.store.patients.enrol(details({ familyName: 'Okafor' }));
    const saved = addImage(opened.store, addLesion(opened.store, patient.id).id);
    addReading(opened.store, saved.id);
    opened.store.audit.append({
      userId: added.id,
      action: 'image.import',
      subject: `image:${saved.id}`,
    });
    return saved;
  });
  const review = opened.store.transaction(() => {
    const saved = opened.store.reviews.add({
      imageId: image.id,
      readingId: null,
      reviewerId: added.id,
      details: { impression: 'NV', decision: 'monitor', note: '' },
    });
    const subject = `image:${image.id}`;
    opened.store.audit.append({ userId: added.id, action: 'review.save', subject });
    return saved;
  });
  expect(await opened.store.checkAudit()).toMatchObject({
    intact: true,
    unsigned: 0,
    problems: [],
  });
  opened.store.close();
  return { folder, user, bo: added, review, image };
}

describe('with the clinic’s key', () => {
  test('a review that is rewritten is found, and named', async () => {
    const { folder, review } = await clinicAtWork();
    await attack(folder, (connection) =>
      connection.script("UPDATE review SET impression = 'MEL', note = 'as I said'"),
    );
    const problems = [{ what: 'record-changed', subject: `review:${review.id}` }];
    expect(await verdict(folder)).toMatchObject({ intact: false, problems });
  });

  test('a review that is deleted is missed, and named', async () => {
    const { folder, review } = await clinicAtWork();
    await attack(folder, (connection) => connection.script('DELETE FROM review'));
    const problems = [{ what: 'record-missing', subject: `review:${review.id}` }];
    expect(await verdict(folder)).toMatchObject({ intact: false, problems });
  });

  test('a role that is raised is found, and whose', async () => {
    const { folder, bo } = await clinicAtWork();
    await attack(folder, (connection) =>
      connection.script("UPDATE user SET role = 'administrator'"),
    );
    const problems = [{ what: 'record-changed', subject: `user:${bo.id}` }];
    expect(await verdict(folder)).toMatchObject({ intact: false, problems });
  });

  test('a tail that is cut off together with SQLite’s memory of it is missed', async () => {
    const { folder } = await clinicAtWork();
    let last = 0;
    await attack(folder, (connection) => {
      last = new AuditRepository(connection, () => new Date()).head().seq;
      connection.script(`
        DELETE FROM review; DELETE FROM audit_entry WHERE seq > ${last - 1};
        UPDATE sqlite_sequence SET seq = ${last - 1} WHERE name = 'audit_entry'`);
    });
    const problems = [{ what: 'not-as-seen', subject: `entry:${last}` }];
    expect(await verdict(folder)).toMatchObject({ intact: false, problems });
  });

  test('and the user whose entries they were has it entered when they next unlock', async () => {
    const { folder, bo } = await clinicAtWork();
    await attack(folder, (connection) =>
      connection.script(`DELETE FROM audit_entry
        WHERE seq = (SELECT max(seq) FROM audit_entry);
        UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = 'audit_entry'`),
    );
    const { store } = closing(await unlockClinic(folder, boUnlocks));
    expect(store.audit.list(1)).toMatchObject([
      { action: 'audit.not-as-seen', subject: `user:${bo.id}` },
    ]);
  });

  test('a log that is written anew under another author does not pass for theirs', async () => {
    const { folder, user, bo } = await clinicAtWork();
    await attack(folder, (connection) => {
      const rewritten = rewrite(connection, (entry) =>
        entry.action === 'review.save' ? { ...entry, userId: user.id } : entry,
      );
      expect(rewritten).toBeGreaterThan(0);
    });
    const found = await verdict(folder);
    expect(found.intact).toBe(false);
    expect(found.problems.map(({ what }) => what)).toContain('signature');
    expect(found.problems.map(({ what }) => what)).toContain('not-as-seen');
    expect(found.problems.find(({ what }) => what === 'not-as-seen')?.subject).toMatch(/^entry:/);
    expect(bo.id).not.toBe(user.id);
  });

  test('entries in another’s name by a key made for it are found', async () => {
    const { folder, bo } = await clinicAtWork();
    await attack(folder, (connection) => {
      const forged = new UserKeys(newUserSecret());
      const audit = new AuditRepository(connection, () => new Date());
      connection.transaction(() => {
        new UserKeyRepository(connection, () => new Date()).add(bo.id, forged.public);
        audit.admit(bo.id, forged);
        audit.append({ userId: bo.id, action: 'review.save', subject: 'image:x' });
      });
    });
    const problems = [{ what: 'signature', subject: `user:${bo.id}` }];
    expect(await verdict(folder)).toMatchObject({ intact: false, problems });
  });

  test('a log that says nothing of signatures, as one of before did, does not pass', async () => {
    const { folder } = await clinicAtWork();
    await attack(folder, (connection) => {
      rewrite(connection, (entry) => ({ ...entry, records: null, keyId: null }));
    });
    expect((await verdict(folder)).problems.map(({ what }) => what)).toContain('not-as-seen');
  });

  test('what users saw cannot be taken from clinic.json', async () => {
    const { folder, bo } = await clinicAtWork();
    const file = readClinicFile(folder);
    const users = file.users.map(({ seen: _, ...slot }) => slot);
    writeClinicFile(folder, { ...file, users });
    const problems = [{ what: 'not-as-seen', subject: `user:${bo.id}` }];
    expect(await verdict(folder)).toMatchObject({ intact: false, problems });
  });
});

test('a clinic of before entries were signed opens, and its log vouches for all that there is', async () => {
  const { folder, review } = await clinicAtWork();
  await attack(folder, (connection) => {
    rewrite(connection, () => ({ records: null, keyId: null }));
    connection.script('DELETE FROM user_key; UPDATE clinic_state SET vouched_version = 0');
  });
  const file = readClinicFile(folder);
  const users = file.users.map(({ own: _, seen: __, ...slot }) => slot);
  writeClinicFile(folder, { ...file, users });
  const former = await verdict(folder);
  expect(former).toMatchObject({ intact: true, problems: [] });
  expect(former.unsigned).toBeGreaterThan(2);
  expect(former.entries).toBe(former.unsigned + 2);
  await attack(folder, (connection) => connection.script("UPDATE review SET note = 'more'"));
  const problems = [{ what: 'record-changed', subject: `review:${review.id}` }];
  expect(await verdict(folder)).toMatchObject({ intact: false, problems });
});

test('a change of a role is entered with the record that it made, and verifying holds the record to it', async () => {
  const { folder, user, bo: added } = await clinicAtWork();
  const { store } = closing(await unlockClinic(folder, { userName, passphrase, kdf }));
  const subject = `user:${added.id} role:steward`;
  store.accounts.setRole(added.id, 'steward', () =>
    store.audit.append({ userId: user.id, action: 'user.role', subject }),
  );
  const entry = store.audit.chained(store.audit.head().seq - 1, 1)[0];
  expect(entry).toMatchObject({ userId: user.id, action: 'user.role', subject });
  expect(JSON.parse(entry?.records ?? '')).toEqual([['user', added.id, expect.any(String)]]);
  expect(await store.checkAudit()).toMatchObject({ intact: true });
  store.close();
  await attack(folder, (connection) => connection.script("UPDATE user SET role = 'clinician'"));
  const found = await verdict(folder);
  expect(found.problems).toContainEqual({ what: 'record-changed', subject: `user:${added.id}` });
});

test('of two who have the clinic unlocked each signs what they did themselves', async () => {
  const { folder, user, bo } = await clinicAtWork();
  const { store } = closing(await unlockClinic(folder, { userName, passphrase }));
  await joinClinic(folder, store, boUnlocks);
  for (const [by, subject] of [
    [bo.id, 'test:1'],
    [user.id, 'test:2'],
    [bo.id, 'test:3'],
  ] as const)
    store.audit.append({ userId: by, action: 'test.act', subject });
  expect(await store.checkAudit()).toMatchObject({ intact: true, problems: [] });
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  const signers = connection.all(
    `SELECT user_key.user_id AS signer FROM audit_entry JOIN user_key ON user_key.id = key_id
     WHERE action = 'test.act' ORDER BY seq`,
  );
  connection.close();
  expect(signers).toEqual([{ signer: bo.id }, { signer: user.id }, { signer: bo.id }]);
});

test('a change that nobody entered is entered, and signed by who had the clinic unlocked', async () => {
  const { store } = await newClinic();
  store.patients.enrol(details({ familyName: 'Okafor' }));
  expect(store.audit.list(1)).toMatchObject([
    { userName: 'Dermaspike', action: 'record.change', subject: 'records:1' },
  ]);
  expect(await store.checkAudit()).toMatchObject({ intact: true });
});

test('a record that is put in behind the log’s back is found', async () => {
  const { folder } = await clinicAtWork();
  await attack(folder, (connection) =>
    connection.script(`INSERT INTO review
        (seq, id, image_id, reading_id, reviewer_id, impression, decision, note, created_at)
      SELECT seq + 1, '0197a000-0000-7000-8000-000000000000', image_id, reading_id, reviewer_id,
        'MEL', decision, note, created_at FROM review`),
  );
  const found = await verdict(folder);
  expect(found.problems).toEqual([
    { what: 'record-unknown', subject: 'review:0197a000-0000-7000-8000-000000000000' },
  ]);
});

test('a passphrase that was just changed, by its user or by an administrator, is no alarm', async () => {
  const { folder, bo } = await clinicAtWork();
  const { store } = closing(await unlockClinic(folder, boUnlocks));
  for (const each of store.accounts.list())
    await store.accounts.setPassphrase(each, 'granite window thirty');
  store.audit.append({ userId: bo.id, action: 'test.act', subject: 'nothing:0' });
  expect((await store.checkAudit()).problems).toEqual([]);
});

test('what is changed while the log is verified does not disturb it', async () => {
  const { store } = await newClinic();
  const people = Array.from({ length: 600 }, (_, n) => details({ familyName: `Person ${n}` }));
  const [first] = store.transaction(() => people.map((person) => store.patients.enrol(person)));
  if (!first) throw new Error('nobody');
  const turns: number[] = [];
  const found = await store.checkAudit({
    onProgress: (share) => {
      turns.push(share);
      store.patients.archive(first.id);
      store.patients.restore(first.id);
      store.patients.enrol(details({ familyName: `Later ${turns.length}` }));
    },
  });
  expect(found).toMatchObject({ intact: true });
  expect(turns.length).toBeGreaterThan(4);
  expect(turns.every((share, n) => share >= (turns[n - 1] ?? 0) && share <= 1)).toBe(true);
});

test('verifying ends when the clinic is locked', async () => {
  const { store } = await newClinic();
  await expect(store.checkAudit({ onProgress: () => store.close() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('a verdict of a copy holds as of the clinic', async () => {
  const { folder } = await clinicAtWork();
  const copy = path.join(temporaryFolder(), 'copy');
  cpSync(folder, copy, { recursive: true });
  expect(await verdict(copy)).toMatchObject({ intact: true });
});

test('every table of the clinic is vouched for, or it is said why not', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  const rows = connection.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  ) as { name: string }[];
  const vouched = new Records(connection).kinds.map(({ table }) => table);
  connection.close();
  expect([...vouched, ...Object.keys(unvouched)].sort()).toEqual(
    rows.map(({ name }) => name).sort(),
  );
});

test('a record that a transaction changes twice is noticed once, whatever the statement does about conflicts', async () => {
  const { folder } = await clinicAtWork();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  const records = new Records(connection);
  records.watch();
  const final = connection.all(
    "SELECT tbl_name AS name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%_is_final'",
  ) as { name: string }[];
  const changed = records.kinds.filter(
    ({ table }) => records.count(table) > 0 && !final.some(({ name }) => name === table),
  );
  expect(changed.map(({ table }) => table)).toEqual(
    expect.arrayContaining(['user', 'clinic_settings', 'patient', 'lesion', 'visit', 'image']),
  );
  for (const { table, key } of changed) {
    const same = key.map((column) => `"${column}" = "${column}"`).join(', ');
    const statements = [
      `INSERT INTO "${table}" SELECT * FROM "${table}" WHERE true
         ON CONFLICT DO UPDATE SET ${same}`,
      ...['ABORT', 'FAIL', 'ROLLBACK', 'IGNORE', 'REPLACE'].map(
        (clause) => `UPDATE OR ${clause} "${table}" SET ${same}`,
      ),
    ];
    connection.transaction(() => {
      for (const statement of statements) for (const _ of [1, 2]) connection.run(statement);
      const noticed = records.takeTouched().map(([kind, id]) => `${kind} ${id}`);
      const own = noticed.filter((each) => each.startsWith(`${table} `));
      expect(own).toHaveLength(records.count(table));
      expect(new Set(noticed).size).toBe(noticed.length);
    });
  }
  connection.close();
});

test('a colleague’s key that is added, taken away and renamed in one transaction is vouched for', async () => {
  const { store, user } = await newClinic();
  const { sharedCases } = store;
  const fingerprint = 'A41F 09C3 7B2E 5D80 E6F1 22A9';
  const publicKey = new Uint8Array(44).fill(1);
  store.transaction(() => {
    for (const clinicName of ['At the lake', 'At the sea', 'At the river'])
      sharedCases.addColleague(fingerprint, { clinicName, publicKey }, user.id);
    sharedCases.removeColleague(fingerprint);
    for (const clinicName of ['At the lake', 'At the sea'])
      sharedCases.addColleague(fingerprint, { clinicName, publicKey }, user.id);
  });
  expect(sharedCases.colleagues()).toMatchObject([{ clinicName: 'At the sea' }]);
  expect(await store.checkAudit()).toMatchObject({ intact: true, problems: [] });
});

/** What `checkAudit` says of five entries more than the clinic has, once `sql` was done to them. */
async function verdictAfter(sql: string): Promise<AuditVerdict> {
  const { folder, store, user } = await newClinic();
  for (const n of [2, 3, 4, 5])
    store.audit.append({ userId: user.id, action: 'patient.update', subject: `patient:${n}` });
  expect(await store.checkAudit()).toMatchObject({ entries: 5, intact: true });
  store.close();
  await attack(folder, (connection) => connection.script(sql));
  return verdict(folder);
}
const firstProblem = (found: AuditVerdict) => found.problems[0];

test('an edited entry breaks the chain', async () => {
  const found = await verdictAfter("UPDATE audit_entry SET subject = 'patient:9' WHERE seq = 3");
  expect(firstProblem(found)).toEqual({ what: 'chain', subject: 'entry:3' });
});

test('a removed entry breaks the chain, even when those behind it move up', async () => {
  const remove = 'DELETE FROM audit_entry WHERE seq = 2';
  expect(firstProblem(await verdictAfter(remove))).toEqual({ what: 'chain', subject: 'entry:3' });
  const close = `${remove}; UPDATE audit_entry SET seq = seq - 1 WHERE seq > 2`;
  expect(firstProblem(await verdictAfter(close))).toEqual({ what: 'chain', subject: 'entry:2' });
});

test('entries removed at the end are missed', async () => {
  const found = await verdictAfter('DELETE FROM audit_entry WHERE seq > 3');
  expect(firstProblem(found)).toMatchObject({ what: 'missing-entries' });
});

test('an inserted entry breaks the chain', async () => {
  const insert = `
    UPDATE audit_entry SET seq = seq + 100 WHERE seq >= 4;
    UPDATE audit_entry SET seq = seq - 99 WHERE seq >= 4;
    INSERT INTO audit_entry (seq, at, user_id, action, subject, hash)
      SELECT 4, at, user_id, action, subject, hash FROM audit_entry WHERE seq = 3`;
  expect(firstProblem(await verdictAfter(insert))).toMatchObject({ subject: 'entry:4' });
});

test('an audit entry, a review, a reading and a colleague’s answer cannot be changed by mistake', async () => {
  const { folder, store, user } = await newClinic();
  store.audit.append({ userId: user.id, action: 'a', subject: 'b' });
  const { id: lesionId } = addLesion(
    store,
    store.patients.enrol(details({ familyName: 'Okafor' })).id,
  );
  const { id: imageId } = addImage(store, lesionId);
  addReading(store, imageId);
  const reviewed = { impression: 'NV', decision: 'monitor', note: '' } as const;
  store.reviews.add({ imageId, readingId: null, reviewerId: user.id, details: reviewed });
  const caseId = '3b241101-e2bb-4255-8caf-4136c566a962';
  const given = { sealedFor: '', isDeidentified: true, answerKey: new Uint8Array(32) };
  const lesions = [{ ref: 'L1', lesionId }];
  store.sharedCases.add({ id: caseId, userId: user.id, ...given, lesions });
  const said = { lesionRef: 'L1', impression: 'nv', decision: 'monitor', text: '' } as const;
  const answer = {
    ...{ answerId: caseId, caseId, clinicName: 'At the lake', authorName: 'Dr Lind' },
    ...{ answeredAt: '2026-06-03T10:00:00.000Z', answers: [said] },
  };
  store.sharedCases.fileAnswer(answer, 'A41F', user.id);
  expect(store.sharedCases.answersOf(lesionId)).toMatchObject([{ impression: 'nv' }]);
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  expect(() => connection.script("UPDATE audit_entry SET subject = 'c'")).toThrow(/never changed/);
  expect(() => connection.script('DELETE FROM audit_entry')).toThrow(/never deleted/);
  for (const change of [
    "case_answer SET impression = 'mel'",
    "review SET note = 'other'",
    'reading SET duration_ms = 1',
  ])
    expect(() => connection.script(`UPDATE ${change}`)).toThrow(/never changed/);
  connection.close();
});

test('the newest entries are listed first with the names of the users', async () => {
  const { store, user } = await newClinic();
  store.audit.append({ userId: user.id, action: 'session.unlock', subject: '' });
  store.audit.append({ userId: null, action: 'session.lock', subject: 'idle' });
  expect(store.audit.list(10)).toMatchObject([
    { userName: 'Dermaspike', action: 'session.lock', subject: 'idle' },
    { userName, action: 'session.unlock', subject: '' },
    { userName, action: 'clinic.create' },
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
  expect(await store.checkAudit()).toMatchObject({ entries: 1, intact: true });
});
