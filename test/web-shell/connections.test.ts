import { expect, test } from 'vitest';
import { type Link, linkedPair } from '../../src/processes/link.ts';
import { acceptConnections, askToRetire, ConnectionRelay } from '../../src/station/connections.ts';

/** A relay and the station's ends of what it opens, in order. */
function relayed() {
  const [near, far] = linkedPair();
  const accepted: Link[] = [];
  acceptConnections(far, (connection) => accepted.push(connection));
  return { relay: new ConnectionRelay(near), near, accepted };
}

/** Everything that arrives on a link until it closes. */
function record(link: Link): unknown[] {
  const seen: unknown[] = [];
  link.onMessage((message) => seen.push(message));
  link.onClose(() => seen.push('closed'));
  return seen;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('two connections do not see each other’s messages', async () => {
  const { relay, accepted } = relayed();
  const [one, two] = [relay.open(), relay.open()];
  await settle();
  const [seenByOne, seenByTwo] = [record(one), record(two)];
  const atStation = accepted.map(record);
  one.send('from one');
  two.send('from two');
  accepted[0]?.send('to one');
  accepted[1]?.send('to two');
  await settle();
  expect([seenByOne, seenByTwo]).toEqual([['to one'], ['to two']]);
  expect(atStation).toEqual([['from one'], ['from two']]);
});

test('closing either end of a connection closes the other, and only that one', async () => {
  const { relay, accepted } = relayed();
  const [one, two] = [relay.open(), relay.open()];
  await settle();
  const seenByTwo = record(two);
  const atStation = accepted.map(record);
  one.close();
  accepted[1]?.close();
  await settle();
  expect(atStation).toEqual([['closed'], ['closed']]);
  expect(seenByTwo).toEqual(['closed']);
  const three = relay.open();
  const seenByThree = record(three);
  await settle();
  accepted[2]?.send('still here');
  await settle();
  expect(seenByThree).toEqual(['still here']);
});

test('a closed connection carries nothing more', async () => {
  const { relay, accepted } = relayed();
  const one = relay.open();
  await settle();
  const seen = record(one);
  const atStation = accepted.map(record);
  accepted[0]?.send('too late');
  one.close();
  one.send('after the end');
  one.close();
  await settle();
  expect(seen).toEqual(['closed']);
  expect(atStation).toEqual([['closed']]);
});

test('all connections close when the link is gone', async () => {
  const { relay, near, accepted } = relayed();
  const seen = [record(relay.open()), record(relay.open())];
  await settle();
  const atStation = accepted.map(record);
  near.close();
  await settle();
  expect([...seen, ...atStation]).toEqual([['closed'], ['closed'], ['closed'], ['closed']]);
});

test('one that was closed before, at either end, is not closed once more with the link', async () => {
  const { relay, near, accepted } = relayed();
  const here = [record(relay.open()), record(relay.open())];
  await settle();
  const atStation = accepted.map(record);
  const third = relay.open();
  const seen = record(third);
  third.close();
  accepted[1]?.close();
  await settle();
  near.close();
  await settle();
  expect([...here, seen]).toEqual([['closed'], ['closed'], ['closed']]);
  expect(atStation).toEqual([['closed'], ['closed']]);
});

test('the station hears which screen a connection is of, where the shell says so', async () => {
  const [near, far] = linkedPair();
  const screens: (string | undefined)[] = [];
  acceptConnections(far, (_, screen) => screens.push(screen));
  const relay = new ConnectionRelay(near);
  relay.open('one');
  relay.open();
  await settle();
  expect(screens).toEqual(['one', undefined]);
});

test('a station that asks for another one in its place is heard after what it sent before', async () => {
  const [near, far] = linkedPair();
  const heard: unknown[] = [];
  acceptConnections(far, (connection) => {
    connection.send('the last answer');
    askToRetire(far);
  });
  const relay = new ConnectionRelay(near, () => heard.push('retires'));
  relay.open().onMessage((message) => heard.push(message));
  await settle();
  expect(heard).toEqual(['the last answer', 'retires']);
});
