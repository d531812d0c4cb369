import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  clinicFileText,
  findClinicFile,
  findUserSlot,
  isClinicFileChanged,
  isClinicTextChanged,
  loginName,
  type NewClinicFile,
  parseClinicFile,
  readClinicFile,
  settled,
  slotName,
  withoutUser,
  withUserSlot,
  writeClinicFile,
} from '../../src/store/clinic-file.ts';
import { isSlotChanged, type UserSlot } from '../../src/store/key-slots.ts';
import { expectRefusal, temporaryFolder } from './harness.ts';

const bytes = (length: number, value = 1) => Buffer.alloc(length, value).toString('base64');
const id = (n: number) => `01890000-0000-7000-8000-00000000000${n}`;
const wrapped = { iv: bytes(12), ciphertext: bytes(32), tag: bytes(16) };
const head = { seq: 0, hash: bytes(32), at: '2026-03-01T10:20:00.000Z' };
const mark = { commits: 0, session: null, head, mac: bytes(32) };
const recovery = (value: number) => ({ salt: bytes(16, value), wrapped });

function slot(n: number, userName: string, more: Partial<UserSlot> = {}): UserSlot {
  const scrypt = { n: 16, r: 8, p: 1 };
  return { userId: id(n), userName, scrypt, salt: bytes(16, n), wrapped, ...more };
}

const whole = slot(1, 'Ada', {
  currentName: 'Ada Grün',
  own: { keyId: id(7), wrapped },
  sealed: { ephemeral: bytes(32), wrapped },
  check: bytes(32),
  seen: { seq: 0, hash: bytes(32), signature: bytes(64) },
});
const content: NewClinicFile = {
  ...{ clinicId: id(9), clinicName: 'C', demo: false, users: [whole], recovery: recovery(1) },
  ...{ mark, pending: { change: id(8), users: [whole], recovery: recovery(2), mark } },
};
const text = (given: NewClinicFile = content) => clinicFileText(given);
const parsed = () => JSON.parse(text());

describe('clinic.json', () => {
  test('comes back as it was written', () => {
    const file = { format: 2, cipher: 'sqlcipher', ...content };
    expect(parseClinicFile(text())).toEqual(file);
    const folder = temporaryFolder();
    writeClinicFile(folder, content);
    expect(findClinicFile(folder)).toEqual(file);
    expect(readClinicFile(folder)).toEqual(file);
  });

  /** Where something of a fixed length stands, by the way to it. */
  const lengths: [string, number][] = [
    ...['users.0', 'pending.users.0'].flatMap((at): [string, number][] => [
      ...[`${at}.wrapped`, `${at}.own.wrapped`, `${at}.sealed.wrapped`].flatMap(wrappedLengths),
      [`${at}.salt`, 16],
      [`${at}.sealed.ephemeral`, 32],
      [`${at}.check`, 32],
      [`${at}.seen.hash`, 32],
      [`${at}.seen.signature`, 64],
    ]),
    ...['recovery', 'pending.recovery'].flatMap((at): [string, number][] => [
      [`${at}.salt`, 16],
      ...wrappedLengths(`${at}.wrapped`),
    ]),
    ...['mark', 'pending.mark'].flatMap((at): [string, number][] => [
      [`${at}.mac`, 32],
      [`${at}.head.hash`, 32],
    ]),
  ];
  function wrappedLengths(at: string): [string, number][] {
    return [
      [`${at}.iv`, 12],
      [`${at}.ciphertext`, 32],
      [`${at}.tag`, 16],
    ];
  }
  const changed = (at: string, value: unknown) => {
    const json = parsed();
    const way = at.split('.');
    const last = way.pop() ?? '';
    way.reduce((within, name) => within[name], json)[last] = value;
    return JSON.stringify(json);
  };

  test('has every key, salt and signature in its length, and is damaged by one byte more or less', async () => {
    for (const [at, length] of lengths) {
      expect(() => parseClinicFile(changed(at, bytes(length))), at).not.toThrow();
      for (const other of [length - 1, length + 1])
        await expectRefusal('database-damaged', () => parseClinicFile(changed(at, bytes(other))));
      const inHex = Buffer.alloc(length, 1).toString('hex').slice(0, -1);
      await expectRefusal('database-damaged', () => parseClinicFile(changed(at, inHex)));
    }
  });

  test.each([
    ['scrypt.n', [2, 4, 2 ** 20], [0, 1, 3, 12, 2 ** 20 + 1, 2 ** 21, 2.5]],
    ['scrypt.r', [1, 8], [0, 9, 1.5]],
    ['scrypt.p', [1, 8], [0, 9, 1.5]],
    ['userName', ['x'], ['', 5]],
    ['currentName', ['x'], ['', 5]],
    ['userId', [id(3)], ['x', '']],
    ['seen.seq', [0, 1], [-1, 0.5]],
  ])('bounds what a slot says of %s', async (at, good, bad) => {
    for (const value of good)
      expect(() => parseClinicFile(changed(`users.0.${at}`, value)), `${value}`).not.toThrow();
    for (const value of bad)
      await expectRefusal('database-damaged', () =>
        parseClinicFile(changed(`users.0.${at}`, value)),
      );
  });

  test.each([
    ['format', 1, undefined],
    ['format', 2, undefined],
    ['format', 3, 'database-newer'],
    ['format', 0, 'database-damaged'],
    ['format', '3', 'database-damaged'],
    ['cipher', 'none', 'database-damaged'],
    ['clinicName', '', 'database-damaged'],
    ['mark.commits', -1, 'database-damaged'],
    ['mark.commits', 0, undefined],
    ['mark.head.seq', -1, 'database-damaged'],
  ] as const)('with %s %s is read, or it is told why not: %s', async (at, value, refusal) => {
    const read = () => parseClinicFile(changed(at, value));
    if (refusal) await expectRefusal(refusal, read);
    else expect(read).not.toThrow();
  });

  test('is as old a format as can be: an earlier program reads it as long as no key is sealed or changed', () => {
    const plain = slot(1, 'Ada');
    const { pending: _, ...settledContent } = content;
    const formatOf = (given: Partial<NewClinicFile>) =>
      JSON.parse(text({ ...settledContent, users: [plain], ...given })).format;
    const pending = { change: id(8), users: [plain], recovery: recovery(2) };
    expect(formatOf({})).toBe(1);
    expect(formatOf({ pending })).toBe(1);
    expect(formatOf({ users: [plain, whole] })).toBe(2);
    expect(formatOf({ pending: { ...pending, users: [plain, whole] } })).toBe(2);
    expect(formatOf({ pending: { ...pending, mark } })).toBe(2);
    // Whatever it was before.
    const former = Object.assign({ format: 2 }, settledContent, { users: [plain] });
    expect(JSON.parse(text(former)).format).toBe(1);
  });

  test('tells whether it is as it was written, where it says so', () => {
    const folder = temporaryFolder();
    expect(isClinicFileChanged(folder)).toBe(false);
    writeFileSync(path.join(folder, 'clinic.json'), text());
    expect(isClinicFileChanged(folder)).toBe(false);
    writeFileSync(path.join(folder, 'clinic.json'), text().replace('"C"', '"D"'));
    expect(isClinicFileChanged(folder)).toBe(true);
    const { check: _, ...unchecked } = parsed();
    for (const other of ['', 'x', 'null', '5', '"check"', '[]', JSON.stringify(unchecked)])
      expect(isClinicTextChanged(other), other).toBe(false);
  });

  test('that is not there is none, and anything in its place is told', async () => {
    const folder = temporaryFolder();
    expect(findClinicFile(folder)).toBeNull();
    expect(findClinicFile(path.join(folder, 'not', 'there'))).toBeNull();
    await expectRefusal('no-clinic', () => readClinicFile(folder));
    mkdirSync(path.join(folder, 'clinic.json'));
    await expectRefusal('no-access', () => findClinicFile(folder));
    expect(() => findClinicFile('no\0path')).toThrow(TypeError);
  });
});

describe('a change of the keys that is pending', () => {
  const { pending, ...before } = content;
  if (!pending) throw new Error('Nothing is pending.');
  const { mark: other, ...unmarked } = pending;

  test('counts once it was carried out, and is dropped otherwise', () => {
    const done = { ...before, users: pending.users, recovery: pending.recovery };
    expect(settled(content)).toEqual(before);
    expect(settled(content, null, undefined, id(7))).toEqual(before);
    expect(settled(content, null, pending.change)).toEqual({ ...done, mark: other });
    expect(settled({ ...content, pending: unmarked }, pending.change)).toEqual({ ...done, mark });
    expect(settled(before, pending.change)).toEqual(before);
  });

  test('keeps the mark as it was where it has none of its own', () => {
    const marked = { ...content, mark: { ...mark, commits: 5 } };
    expect(settled(marked, pending.change).mark?.commits).toBe(0);
    const without = settled({ ...marked, pending: unmarked }, pending.change);
    expect(without.mark?.commits).toBe(5);
  });
});

describe('a user’s slot', () => {
  const ada = slot(1, 'Ada');
  const bo = slot(2, 'Bo', { currentName: 'Bo Lind' });
  const keys = { users: [ada, bo], recovery: recovery(1) };

  test('is found by the name that its user has now, in any spelling', () => {
    expect(loginName('  Dr.   Ada  GRÜN ')).toBe('dr. ada grun');
    expect(slotName(bo)).toBe('Bo Lind');
    expect(findUserSlot(keys.users, ' bo  LIND')).toBe(bo);
    expect(findUserSlot(keys.users, 'Bo')).toBeUndefined();
    expect(findUserSlot(keys.users, 'ada')).toBe(ada);
  });

  test('takes the place of its user’s former one, and of one of its name', () => {
    const renewed = slot(1, 'Ada', { salt: bytes(16, 9) });
    expect(withUserSlot(keys, renewed)).toEqual({ ...keys, users: [bo, renewed] });
    const namesake = slot(3, 'bo lind');
    expect(withUserSlot(keys, namesake).users).toEqual([ada, namesake]);
    const former = slot(3, 'Bo');
    expect(withUserSlot(keys, former).users).toEqual([ada, bo, former]);
    expect(withoutUser(keys, ada.userId)).toEqual({ ...keys, users: [bo] });
  });

  test('of before there were checks is taken as it is', () => {
    const { check: _, ...unchecked } = whole;
    expect(isSlotChanged(unchecked)).toBe(false);
    expect(isSlotChanged({ ...unchecked, check: bytes(32) })).toBe(true);
  });
});
