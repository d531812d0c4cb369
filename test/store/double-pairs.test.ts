import { afterEach, expect, test, vi } from 'vitest';
import { GiveWay } from '../../src/store/give-way.ts';
import { type Known, pairUp } from '../../src/store/repositories/double-pairs.ts';

afterEach(() => void vi.restoreAllMocks());

const day = '1961-03-04';
const known = (id: string, familyName: string, givenName = '', birthDate: string | null = day) => ({
  ...{ id, familyName, givenName, birthDate },
});
const endless = () => new GiveWay({ connection: { isOpen: true } });

async function paired(people: readonly Known[]) {
  const pairs = await pairUp(people, endless());
  return pairs.map(({ one, other, likeness }) => `${one.id} ${other.id} ${likeness}`);
}

/** People of one birth date of whom no two are alike, nor begin alike. */
const strangers = (count: number) =>
  Array.from({ length: count }, (_, n) => {
    const letters = String.fromCharCode(97 + Math.floor(n / 26), 97 + (n % 26));
    return known(`x${n}`, letters.repeat(4));
  });

test('everybody is compared with everybody of their birth date, each two once, whoever is known first', async () => {
  const three = ['c', 'b', 'a'].map((id) => known(id, 'Okafor', 'Ada'));
  expect((await paired(three)).toSorted()).toEqual(['a b same', 'a c same', 'b c same']);
});

test('the likeliest pairs stand first', async () => {
  const people = [
    ...[known('a', 'Wu', 'Li', null), known('b', 'Li', 'Wu', '1999-09-09')],
    ...[known('c', 'Müller', 'Jörg'), known('d', 'Möller', 'Jörg')],
    ...[known('e', 'Lind', 'Bo'), known('f', 'Bo', 'Lind')],
    ...[known('g', 'Okafor', 'Ada'), known('h', 'Okafor', 'Ada', '1961-04-03')],
    ...[known('i', 'Berg', 'Eva'), known('j', 'berg', 'EVA')],
  ];
  expect(await paired(people)).toEqual([
    'i j same',
    'e f names-exchanged',
    'c d similar-name',
    'g h similar-date',
    'a b date-missing',
  ]);
});

test.each([
  ['without dots', ['Müller', 'Jörg'], ['Mueller', 'Joerg']],
  ['as Danes write it', ['Møller', 'Åse'], ['Moeller', 'Aase']],
  ['in one word', ['De la Cruz', 'Ana'], ['Delacruz', 'Ana']],
  ['exchanged, and without dots', ['Müller', 'Jörg'], ['Jörg', 'Mueller']],
])(
  'who is entered again %s is found without a birth date, and with a slip in it',
  async (_how, [family = '', given], [otherFamily = '', otherGiven]) => {
    const a = known('a', family, given);
    const b = known('b', otherFamily, otherGiven, null);
    const c = known('c', otherFamily, otherGiven, '1961-04-03');
    expect((await paired([a, b, c])).toSorted()).toEqual([
      ...['a b date-missing', 'a c similar-date', 'b c date-missing'],
    ]);
  },
);

test('in a crowd of one birth date, too, names are alike however they are written', async () => {
  const alike = [known('a', 'Öztürk', 'Ayşe'), known('b', 'Oeztuerk', 'Ayse')];
  expect(await paired([...strangers(61), ...alike])).toEqual(['a b same']);
});

test('without a birth date one word is a name, and signs are nobody’s', async () => {
  const people = [
    ...[known('a', 'Madonna', '', null), known('b', 'madonna', '', null)],
    ...[known('c', '%', '_', null), known('d', '%', '_', null)],
  ];
  expect(await paired(people)).toEqual(['a b date-missing']);
});

test.each([
  [60, ['a b similar-name', 'a c similar-name']],
  // One more of a birth date is a crowd.
  [61, ['a c similar-name']],
])('of %i of one birth date those are paired who are compared', async (count, pairs) => {
  const alike = [
    ...[known('a', 'Lindqvist', 'Tomas'), known('b', 'Gindqvist', 'Tomas')],
    known('c', 'Limdqvist', 'Tomas'),
  ];
  expect(await paired([...strangers(count - 3), ...alike])).toEqual(pairs);
});

test.each([
  ['three people, sorted one by one and compared two by two', 3, 3 + 3],
  ['a crowd, sorted once more by how the names begin', 61, 61 + 61],
])('others have their turn among %s', async (_what, count, turns) => {
  let [nowMs, stepMs, had] = [0, 0, 0];
  vi.spyOn(performance, 'now').mockImplementation(() => {
    nowMs += stepMs;
    return nowMs;
  });
  const counting = Object.assign(new AbortController().signal, {
    throwIfAborted: () => {
      had += 1;
    },
  });
  const way = new GiveWay({ connection: { isOpen: true }, signal: counting });
  await pairUp(strangers(count), way);
  expect(had).toBe(0);
  stepMs = 1000;
  await pairUp(strangers(count), way);
  expect(had).toBe(turns);
});
