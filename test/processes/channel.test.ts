import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connect, type Handlers, serve } from '../../src/processes/channel.ts';
import { bytes, command, query, stream } from '../../src/processes/contract.ts';
import { linkedPair } from '../../src/processes/link.ts';

const contract = {
  double: query(z.object({ value: z.number() }), z.number()),
  reverse: command(z.object({ data: bytes }), bytes),
  wait: query(z.object({}), z.string()),
  fail: query(z.object({ code: z.string() }), z.null()),
  lie: query(z.object({}), z.number()),
  ticks: stream(z.object({ count: z.int() }), z.int()),
};

class CodedError extends Error {
  readonly code: string;
  constructor(code: string) {
    super('with patient Quillfeather in the message');
    this.code = code;
  }
}

function open() {
  const [near, far] = linkedPair();
  const internal: string[] = [];
  const stopped: string[] = [];
  const handlers: Handlers<typeof contract> = {
    double: ({ value }) => value * 2,
    reverse: ({ data }) => data.toReversed(),
    wait: (_, { signal }) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve(`${stopped.push('wait')}`)),
      ),
    fail: ({ code }) => {
      throw new CodedError(code);
    },
    lie: () => 'not a number' as never,
    ticks: ({ count }, emit) => {
      for (let tick = 0; tick < count; tick++) emit(tick);
      return () => stopped.push('ticks');
    },
  };
  serve(far, contract, handlers, {
    codes: ['known'],
    onInternalError: (procedure) => internal.push(procedure),
  });
  return { client: connect(near, contract), link: near, internal, stopped };
}

describe('a channel', () => {
  test('carries calls and bytes', async () => {
    const { client } = open();
    expect(await client.call('double', { value: 21 })).toBe(42);
    expect(await client.call('reverse', { data: Uint8Array.of(1, 2, 3) })).toEqual(
      Uint8Array.of(3, 2, 1),
    );
  });

  test('refuses an input that the contract does not allow, naming the field', async () => {
    const { client } = open();
    const wrong = client.call('double', { value: 'x' as never });
    await expect(wrong).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('value'),
    });
  });

  test('passes on the codes that may cross, and keeps every other failure inside', async () => {
    const { client, internal } = open();
    await expect(client.call('fail', { code: 'known' })).rejects.toMatchObject({ code: 'known' });
    const unknown = client.call('fail', { code: 'ENOENT' });
    await expect(unknown).rejects.toMatchObject({
      code: 'internal',
      message: expect.not.stringContaining('Quill'),
    });
    expect(internal).toEqual(['fail']);
  });

  test('does not let an answer through that breaks the contract', async () => {
    const { client } = open();
    await expect(client.call('lie', {})).rejects.toMatchObject({ code: 'internal' });
  });

  test('cancels the work at the other end', async () => {
    const { client, stopped } = open();
    const abort = new AbortController();
    const waiting = client.call('wait', {}, { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await client.call('double', { value: 1 });
    expect(stopped).toEqual(['wait']);
  });

  test('streams events until the subscriber leaves', async () => {
    const { client, stopped } = open();
    const seen: number[] = [];
    const leave = client.subscribe('ticks', { count: 3 }, (tick) => seen.push(tick));
    await client.call('double', { value: 1 });
    leave();
    await client.call('double', { value: 1 });
    expect(seen).toEqual([0, 1, 2]);
    expect(stopped).toEqual(['ticks']);
  });

  test('fails what is under way when the link closes, and everything after', async () => {
    const { client, link } = open();
    const waiting = client.call('wait', {});
    link.close();
    await expect(waiting).rejects.toMatchObject({ code: 'link-closed' });
    await expect(client.call('double', { value: 1 })).rejects.toMatchObject({
      code: 'link-closed',
    });
  });

  test('ignores messages that are not of the protocol', async () => {
    const { client, link } = open();
    for (const junk of [
      null,
      7,
      'text',
      { type: 'call' },
      { type: 'cancel', id: 99 },
      { type: 'call', id: 77, name: '__proto__', input: {} },
    ])
      link.send(junk);
    expect(await client.call('double', { value: 2 })).toBe(4);
  });
});
