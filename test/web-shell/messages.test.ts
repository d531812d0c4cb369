import { encode } from '@msgpack/msgpack';
import { expect, test } from 'vitest';
import { decodeMessage, maxDepth, maxValues } from '../../src/web-shell/messages.ts';

const array32 = (length: number) => {
  const header = Buffer.alloc(5, 0xdd);
  header.writeUInt32BE(length, 1);
  return header;
};
const nested = (depth: number) => Buffer.concat([Buffer.alloc(depth - 1, 0x91), Buffer.of(0x90)]);

const text = 'ä'.repeat(70_000);
test.each<[string, unknown]>([
  ['nothing', null],
  ['truth', [true, false]],
  ['numbers', [0, 127, 200, 70_000, 2 ** 40, -1, -100, -40_000, -(2 ** 40), 1.5]],
  ['texts', ['', 'a', 'b'.repeat(40), 'c'.repeat(300), text]],
  ['bytes', [new Uint8Array(3), new Uint8Array(300), new Uint8Array(70_000)]],
  ['lists', [[], Array.from({ length: 20 }, (_, at) => at), new Array(70_000).fill(0)]],
  [
    'a call',
    { type: 'call', id: 7, name: 'patients.page', input: { text: 'q', after: [1, null] } },
  ],
  ['many keys', Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at]))],
])('%s comes back as it was sent', (_, message) => {
  expect(decodeMessage(encode(message))).toEqual(message);
});

test.each<[string, Uint8Array]>([
  [
    'forty lists in one another, of 30 million values each',
    Buffer.concat(new Array(40).fill(array32(30_000_000))),
  ],
  ['one list of 4,294,967,295 values', array32(0xffff_ffff)],
  ['one map of as many', Buffer.from('dfffffffff', 'hex')],
  ['lists that come to too much together', encode(new Array(11).fill(new Array(10_000).fill(0)))],
  ['a million lists in one another', nested(1_000_000)],
  ['a text longer than the frame', Buffer.from('dbffffffff41', 'hex')],
  ['bytes longer than the frame', Buffer.from('c6ffffffff41', 'hex')],
  ['half a number', Buffer.from('cb00', 'hex')],
  ['nothing at all', new Uint8Array(0)],
  ['two messages', Buffer.from('c0c0', 'hex')],
  ['an extension', Buffer.from('d6ff00000000', 'hex')],
  ['the byte that means nothing', Buffer.from('c1', 'hex')],
  ['a key that would reach a prototype', encode({ ['__proto__']: 1 })],
])('%s is refused', (_, frame) => {
  expect(() => decodeMessage(frame)).toThrow();
});

test('depth and number are allowed up to their bounds', () => {
  expect(() => decodeMessage(nested(maxDepth - 1))).not.toThrow();
  expect(() => decodeMessage(nested(maxDepth + 1))).toThrow('Too deep');
  expect(decodeMessage(encode(new Array(maxValues - 1).fill(0)))).toHaveLength(maxValues - 1);
  expect(() => decodeMessage(encode(new Array(maxValues).fill(0)))).toThrow('Too many');
});
