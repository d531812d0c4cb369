import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readClinicFile, writeClinicFile } from '../../src/store/clinic-file.ts';
import { type ClinicStore, unlockClinic } from '../../src/store/index.ts';
import { attack, rewrite, verdict } from './audit-attack.ts';
import { addImage, addLesion, closing, details, kdf, newClinic } from './harness.ts';

const bo = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' } as const;

afterEach(() => void vi.restoreAllMocks());

/** A clinic of two users, whose first has it unlocked. */
async function clinicOfTwo() {
  const made = await newClinic();
  const added = await made.store.accounts.add(bo);
  return { ...made, bo: added };
}

const appendEntries = (store: ClinicStore, userId: string | null, count: number) =>
  store.transaction(() => {
    for (let n = 0; n < count; n++)
      store.audit.append({ userId, action: 'test.act', subject: `test:${n}` });
  });
const enrol = (store: ClinicStore, count: number) =>
  store.transaction(() =>
    Array.from(
      { length: count },
      (_, n) => store.patients.enrol(details({ familyName: `P ${n}` })).id,
    ),
  );

/** The rows that were looked at in each of its turns; every row takes no time. */
async function turnsOf(store: ClinicStore, atTurn: (turn: number) => void = () => {}) {
  vi.spyOn(performance, 'now').mockReturnValue(0);
  const inAll = store.audit.head().seq + (await store.checkAudit()).records;
  const turns: number[] = [];
  let before = 0;
  const found = await store.checkAudit({
    onProgress: (share) => {
      turns.push(Math.round((share - before) * inAll));
      before = share;
      atTurn(turns.length);
    },
  });
  vi.restoreAllMocks();
  return { turns, found, share: before };
}

describe('a clinic in which nothing happens meanwhile', () => {
  test('is counted exactly: entries, and records but those that are very large', async () => {
    const { store, user } = await newClinic();
    const before = await store.checkAudit();
    expect(before).toMatchObject({ entries: 1, unsigned: 0, intact: true, problemsInAll: 0 });
    const [patientId = ''] = enrol(store, 3);
    appendEntries(store, user.id, 4);
    const between = await store.checkAudit();
    expect(between).toMatchObject({ entries: 6, records: before.records + 3, intact: true });
    // A lesion, a visit and an image: its original and its thumbnail are not looked at.
    addImage(store, addLesion(store, patientId).id);
    expect(await store.checkAudit()).toMatchObject({ records: between.records + 3, intact: true });
  });

  test('is looked at once, in pieces that grow to 250 rows, and its progress ends with the whole', async () => {
    const { store, user } = await newClinic();
    appendEntries(store, user.id, 600);
    const few = await turnsOf(store);
    const grown = [1, 2, 4, 8, 16, 32, 64, 128, 250, 96];
    expect(few.turns.slice(0, 11)).toEqual([0, ...grown]);
    expect(few.share).toBe(1);
    const tables = store.audit.records.kinds.filter(({ isLarge }) => !isLarge).length;
    // What was entered since is asked for once more.
    expect(few.turns).toHaveLength(11 + tables + 1);
    enrol(store, 600);
    const many = await turnsOf(store);
    expect(many.turns.filter((rows) => rows >= 100)).toEqual([128, 250, 250, 250, 100]);
    expect(many.share).toBe(1);
    expect(many.turns).toHaveLength(few.turns.length + 2);
  });

  test('may be as large as a whole number of pieces', async () => {
    const { store, user } = await newClinic();
    // With the first entry as many as 1 + 2 + 4.
    appendEntries(store, user.id, 6);
    expect((await turnsOf(store)).turns.slice(0, 5)).toEqual([0, 1, 2, 4, 0]);
  });
});

describe('what is saved meanwhile', () => {
  test.each([
    [249, 1],
    [250, 2],
  ])('%i entries are looked at in %i rounds', async (count, rounds) => {
    const { store, user } = await newClinic();
    const quiet = (await turnsOf(store)).turns.length;
    const { turns, found } = await turnsOf(store, (turn) => {
      // Once the entries were gone through.
      if (turn === 4) appendEntries(store, user.id, count);
    });
    expect(found).toMatchObject({ entries: 1 + count, intact: true });
    // 1, 2, 4, 8, 16, 32, 64 and what is left, in place of one turn that finds nothing.
    expect(turns.length).toBe(quiet - 1 + 8 + (rounds - 1));
  });

  test('does not keep the others waiting without end: after six rounds the rest is looked at at once, and all of it', async () => {
    const { store, user, bo: added } = await clinicOfTwo();
    const other = await store.accounts.keysOf(added, bo.passphrase);
    store.audit.admit(added.id, other);
    appendEntries(store, added.id, 1);
    store.accounts.noteSeen();
    const quiet = (await turnsOf(store)).turns.length;
    let inTheEnd = 0;
    const { turns, found } = await turnsOf(store, (turn) => {
      const inRounds = turn - (quiet - 1);
      // In the last turn of each round, so that the round ends and finds that there is more.
      if (turn === quiet - 1) appendEntries(store, user.id, 250);
      else if (inRounds > 0 && inRounds % 8 === 0) {
        const isLast = inRounds === 6 * 8;
        // By another's key: what comes last is examined as well.
        if (isLast) store.audit.admit(user.id, other);
        appendEntries(store, user.id, 250);
        inTheEnd = store.audit.head().seq;
      }
    });
    expect(turns.length).toBe(quiet - 1 + 6 * 8);
    expect(found).toMatchObject({ entries: inTheEnd, problemsInAll: 250 });
    expect(found.problems.at(-1)).toEqual({ what: 'signature', subject: expect.any(String) });
  });

  test('ends the check when that locks the clinic, or who asked for it has had enough', async () => {
    const { store } = await newClinic();
    const stop = new AbortController();
    const stopped = store.checkAudit({
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('Enough.')),
    });
    await expect(stopped).rejects.toThrow('Enough.');
    expect(await store.checkAudit({ signal: new AbortController().signal })).toMatchObject({
      intact: true,
    });
    const locked = store.checkAudit();
    store.close();
    await expect(locked).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('records that are not as the log has them', () => {
  test('are told one by one up to the twentieth, and of more how many', async () => {
    const { folder, store } = await newClinic();
    enrol(store, 310);
    store.close();
    await attack(folder, (connection) =>
      connection.script("UPDATE patient SET note = 'x' WHERE rowid <= 20"),
    );
    const twenty = await verdict(folder);
    expect(twenty).toMatchObject({ intact: false, problemsInAll: 20 });
    expect(twenty.problems).toHaveLength(20);
    expect(new Set(twenty.problems.map(({ what }) => what))).toEqual(new Set(['record-changed']));
    await attack(folder, (connection) => connection.script("UPDATE patient SET note = 'x'"));
    const more = await verdict(folder);
    expect(more).toMatchObject({ intact: false, problemsInAll: 310 });
    expect(more.problems).toHaveLength(20);
  });

  test('give others a turn with each 250', async () => {
    const { folder, store } = await newClinic();
    enrol(store, 250);
    const quiet = (await turnsOf(store)).turns.length;
    store.close();
    const change = (count: number) =>
      attack(folder, (connection) =>
        connection.script(`UPDATE patient SET note = 'x' WHERE rowid <= ${count}`),
      );
    const turnsAfter = async (count: number) => {
      await change(count);
      const { store: opened } = closing(await unlockClinic(folder, { ...given, kdf }));
      const { turns, found } = await turnsOf(opened);
      expect(found.problemsInAll).toBe(count);
      opened.close();
      return turns.length;
    };
    expect(await turnsAfter(249)).toBe(quiet);
    expect(await turnsAfter(250)).toBe(quiet + 1);
  });
});

const given = { userName: 'Dr. Ada Grün', passphrase: 'copper lantern orchard' };

describe('an entry', () => {
  test('by the key of another user is no one’s, and without one neither', async () => {
    const { store, user, bo: added } = await clinicOfTwo();
    const keys = await store.accounts.keysOf(added, bo.passphrase);
    const own = store.audit.signer(user.id);
    if (!own) throw new Error('Nobody is there.');
    store.audit.admit(user.id, keys);
    store.audit.admit(added.id, keys);
    // The program's own may be signed by whoever is there.
    appendEntries(store, null, 1);
    store.accounts.noteSeen();
    expect(await store.checkAudit()).toMatchObject({ intact: true });
    appendEntries(store, user.id, 1);
    const first = store.audit.head().seq;
    store.audit.dismiss(user.id);
    appendEntries(store, user.id, 1);
    store.audit.admit(user.id, own);
    const problems = [0, 1].map((n) => ({ what: 'signature', subject: `entry:${first + n}` }));
    expect((await store.checkAudit()).problems).toEqual(problems);
  });

  test.each([
    ['whose signature was overwritten', 'signature = zeroblob(64)', 'signature'],
    ['that says more of records than it did', 'records = \'[["audit_entry","9",null]]\'', 'chain'],
    ['that was emptied, and by no erasure', "records = '[]', records_salt = NULL", 'chain'],
    ['of another time', "at = '2020-01-01T00:00:00.000Z'", 'chain'],
  ] as const)('%s is found', async (_, change, what) => {
    const { folder, store, user } = await newClinic();
    appendEntries(store, user.id, 3);
    store.close();
    await attack(folder, (connection) =>
      connection.script(`UPDATE audit_entry SET ${change} WHERE seq = 3`),
    );
    expect((await verdict(folder)).problems).toEqual([{ what, subject: 'entry:3' }]);
  });

  test('that was emptied is in order where an erasure says so, and nothing else does', async () => {
    const { folder, store, user } = await newClinic();
    const erasures = ['patient.erase', 'image.erase', 'overview.erase'];
    const others = ['patient.erased', 'a.patient.erase', 'patient.update'];
    const actions = [...erasures, ...others];
    appendEntries(store, user.id, actions.length);
    store.close();
    await attack(folder, (connection) =>
      connection.script("UPDATE audit_entry SET records = '[]', records_salt = NULL WHERE seq > 1"),
    );
    const { store: opened } = closing(await unlockClinic(folder, { ...given, kdf }));
    const emptied = (seqs: readonly number[]) =>
      seqs.map((seq) => ({ what: 'chain', subject: `entry:${seq}` }));
    expect((await opened.checkAudit()).problems).toEqual(emptied([2, 3, 4, 5, 6, 7]));
    for (const [n, action] of actions.entries()) {
      const entry = { userId: user.id, action, subject: 'x' };
      opened.audit.vouch(entry, [['audit_entry', `${n + 2}`, null]]);
    }
    expect((await opened.checkAudit()).problems).toEqual(emptied([5, 6, 7]));
  });

  test('that is not signed is one of before there were signatures, unless it comes after one that is', async () => {
    const { folder, store, user } = await newClinic();
    appendEntries(store, user.id, 3);
    store.close();
    await attack(folder, (connection) => {
      rewrite(connection, ({ seq }) => (seq === 3 ? { records: null, keyId: null } : {}));
    });
    const found = await verdict(folder);
    expect(found).toMatchObject({ entries: 5, unsigned: 1 });
    expect(found.problems).toContainEqual({ what: 'signature', subject: 'entry:3' });
  });

  test('that is missing at the end is told by its number', async () => {
    const { folder, store, user } = await newClinic();
    appendEntries(store, user.id, 4);
    store.close();
    await attack(folder, (connection) =>
      connection.script('DELETE FROM audit_entry WHERE seq > 3'),
    );
    const { problems } = await verdict(folder);
    expect(problems).toContainEqual({ what: 'missing-entries', subject: 'entry:5' });
  });
});

describe('what a user saw', () => {
  /** The clinic, in which Ada worked alone, with what clinic.json says that she saw changed. */
  async function withSeen(
    change: (seen: { seq: number; hash: string; signature: string }) => object,
  ) {
    const { store, folder, user } = await newClinic();
    appendEntries(store, user.id, 5);
    store.accounts.noteSeen();
    expect(await store.checkAudit()).toMatchObject({ intact: true });
    const file = readClinicFile(folder);
    const users = file.users.map((slot) => ({
      ...slot,
      ...(slot.seen && { seen: { ...slot.seen, ...change(slot.seen) } }),
    }));
    writeClinicFile(folder, { ...file, users });
    return { store, user };
  }
  const bytes = (length: number) => randomBytes(length).toString('base64');

  test('and is not there any more is told by the entry', async () => {
    const { store } = await withSeen(() => ({ hash: bytes(32) }));
    const problems = [{ what: 'not-as-seen', subject: 'entry:6' }];
    expect(await store.checkAudit()).toMatchObject({ problems, intact: false });
    const further = await withSeen(() => ({ seq: 99 }));
    const beyond = [{ what: 'not-as-seen', subject: 'entry:99' }];
    expect((await further.store.checkAudit()).problems).toEqual(beyond);
  });

  test('is theirs by their signature alone', async () => {
    const forged = await withSeen(() => ({ signature: bytes(64) }));
    const problems = [{ what: 'not-as-seen', subject: `user:${forged.user.id}` }];
    expect((await forged.store.checkAudit()).problems).toEqual(problems);
    // One of an entry that is there, signed for another.
    const moved = await withSeen(({ seq }) => ({ seq: seq - 1 }));
    const earlier = [{ what: 'not-as-seen', subject: 'entry:5' }];
    expect((await moved.store.checkAudit()).problems).toEqual(earlier);
  });

  test.each([
    ['before them', [7], true],
    ['at the very one', [6], false],
    ['behind them', [5], false],
    ['before them and again behind them', [7, 5], false],
  ] as const)(
    'a loss that was accepted %s excuses that they are gone, or not',
    async (_, losses, isTold) => {
      const { store, folder, user } = await newClinic();
      for (let seq = 2; seq <= 8; seq++) {
        const isLoss = losses.some((each) => each === seq);
        const action = isLoss ? 'clinic.accept-loss' : 'test.act';
        store.audit.append({ userId: user.id, action, subject: 'x' });
      }
      store.accounts.noteSeen();
      const file = readClinicFile(folder);
      const users = file.users.map((slot) => ({
        ...slot,
        ...(slot.seen && { seen: { ...slot.seen, seq: 6, hash: bytes(32) } }),
      }));
      writeClinicFile(folder, { ...file, users });
      const problems = isTold ? [{ what: 'not-as-seen', subject: 'entry:6' }] : [];
      expect((await store.checkAudit()).problems).toEqual(problems);
    },
  );

  test('is asked of whoever signed an entry, and of no one else', async () => {
    const { store, folder, user, bo: added } = await clinicOfTwo();
    appendEntries(store, user.id, 1);
    // Bo was never there.
    expect(await store.checkAudit()).toMatchObject({ intact: true });
    const file = readClinicFile(folder);
    const users = file.users.map(({ seen: _, ...slot }) => slot);
    writeClinicFile(folder, { ...file, users });
    const unseen = [{ what: 'not-as-seen', subject: `user:${user.id}` }];
    expect((await store.checkAudit()).problems).toEqual(unseen);
    // As a slot of before users had keys of their own is.
    const bare = users.map(({ own: _, ...slot }) => slot);
    writeClinicFile(folder, { ...file, users: bare });
    expect((await store.checkAudit()).problems).toEqual(unseen);
    expect(added.id).not.toBe(user.id);
  });

  test('counts by no other user’s key', async () => {
    const { store, folder, user, bo: added } = await clinicOfTwo();
    const keys = await store.accounts.keysOf(added, bo.passphrase);
    store.audit.admit(added.id, keys);
    appendEntries(store, added.id, 1);
    store.accounts.noteSeen();
    const file = readClinicFile(folder);
    const [first, second] = file.users;
    if (!first?.seen || !second?.seen) throw new Error('Nobody saw anything.');
    const users = [first, { ...second, seen: first.seen }];
    writeClinicFile(folder, { ...file, users });
    const found = await store.checkAudit();
    expect(found.problems).toEqual([{ what: 'not-as-seen', subject: `user:${added.id}` }]);
    expect(user.id).not.toBe(added.id);
  });
});
