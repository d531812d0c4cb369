import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { BridgeClient, type BridgeClientOptions } from '../../../native-bridge/client/client.ts';
import type { Priority } from '../../../native-bridge/shared/contract.ts';
import { FakeHost, inventedNetwork, overview, refusal } from './fake-bridge.ts';

const network = inventedNetwork();
const open: BridgeClient[] = [];

function connect(host: FakeHost, options: BridgeClientOptions = {}): BridgeClient {
  const client = new BridgeClient(host, {
    firstPauseMs: 1,
    longestPauseMs: 4,
    lastResort: host,
    ...options,
  });
  open.push(client);
  return client;
}

function infer(
  client: BridgeClient,
  value: number,
  priority: Priority = 'archive',
  signal?: AbortSignal,
) {
  const image = Uint8Array.of(value, 0, 0);
  return client.infer(network.sha256, image, { priority, ...(signal && { signal }) });
}

async function answerTo(inference: ReturnType<typeof infer>): Promise<number | undefined> {
  return (await inference).spikeCounts[0];
}

afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

describe('the bridge’s client', () => {
  it('starts the bridge with the first network and answers each image', async () => {
    const host = new FakeHost();
    const client = connect(host);
    expect(host.bridges).toHaveLength(0);
    expect(client.overview().accelerators).toEqual([]);
    expect(await client.load(network)).toEqual({ inputShape: [3, 1, 1], spikeCount: 1, macs: 3 });
    expect(await client.load(network)).toEqual({ inputShape: [3, 1, 1], spikeCount: 1, macs: 3 });
    expect(await answerTo(infer(client, 7))).toBe(7);
    expect(host.last.loads).toEqual(['invented']);
    expect(client.overview()).toEqual(overview);
  });

  it('answers every image exactly once when the bridge dies with many in flight', async () => {
    const host = new FakeHost();
    const client = connect(host, { window: 8 });
    await client.load(network);
    const answers = new Map<number, number>();
    let isFirstBridge = true;
    host.onImage = (value, bridge) => {
      if (!isFirstBridge || value !== 20) return;
      isFirstBridge = false;
      bridge.kill();
    };
    const all = Array.from({ length: 50 }, async (_, value) => {
      const answer = (await answerTo(infer(client, value))) ?? -1;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      return answer;
    });
    expect(await Promise.all(all)).toEqual(Array.from({ length: 50 }, (_, value) => value));
    expect([...answers.values()].every((count) => count === 1)).toBe(true);
    expect(host.bridges).toHaveLength(2);
    expect(host.last.loads).toEqual(['invented']);
  });

  it('fails an image that kills the bridge twice, and only that one', async () => {
    const host = new FakeHost();
    const client = connect(host, { window: 8 });
    await client.load(network);
    host.onImage = (value, bridge) => {
      if (value === 13) bridge.kill();
    };
    const all = await Promise.allSettled(
      Array.from({ length: 30 }, (_, value) => answerTo(infer(client, value))),
    );
    for (const [value, outcome] of all.entries()) {
      if (value === 13)
        expect(outcome).toMatchObject({
          reason: {
            code: 'accelerator-failed',
            message: 'The device bridge stopped twice while it was reading this image.',
          },
        });
      else expect(outcome).toEqual({ status: 'fulfilled', value });
    }
    const timesSeen = host.bridges.flatMap(({ seen }) => seen).filter((value) => value === 13);
    expect(timesSeen).toHaveLength(2);
    expect(host.bridges).toHaveLength(3);
  });

  it('sends the consulting room’s image ahead of the archive', async () => {
    const host = new FakeHost();
    const client = connect(host, { window: 2 });
    await client.load(network);
    const gate = Promise.withResolvers<void>();
    host.onImage = () => gate.promise;
    const archive = [1, 2, 3, 4].map((value) => infer(client, value));
    await expect.poll(() => host.last.seen).toEqual([1, 2]);
    const urgent = infer(client, 9, 'consulting');
    await expect.poll(() => host.last.seen).toEqual([1, 2, 9]);
    gate.resolve();
    await Promise.all([urgent, ...archive]);
    expect(host.last.seen).toEqual([1, 2, 9, 3, 4]);
  });

  it('cancels an image that waits, and one that the bridge already has', async () => {
    const host = new FakeHost();
    const client = connect(host, { window: 1 });
    await client.load(network);
    const gate = Promise.withResolvers<void>();
    host.onImage = () => gate.promise;
    const cancel = new AbortController();
    const running = infer(client, 1, 'archive', cancel.signal);
    const waiting = infer(client, 2, 'archive', cancel.signal);
    const other = infer(client, 3);
    await expect.poll(() => host.last.seen).toEqual([1]);
    cancel.abort();
    for (const inference of [running, waiting, infer(client, 4, 'archive', cancel.signal)])
      await expect(inference).rejects.toMatchObject({ code: 'cancelled' });
    gate.resolve();
    expect(await answerTo(other)).toBe(3);
    expect(host.last.seen).toEqual([1, 3]);
    expect(host.last.cancelled).toEqual([1]);
  });

  it('kills a bridge that owes an answer for too long, and tries again', async () => {
    const host = new FakeHost();
    const client = connect(host, { stallLimitMs: 30 });
    await client.load(network);
    host.onImage = (_value, bridge) =>
      bridge === host.bridges[0] ? new Promise(() => {}) : undefined;
    expect(await answerTo(infer(client, 5))).toBe(5);
    expect(host.bridges.map(({ isAlive }) => isAlive)).toEqual([false, true]);
  });

  it('refuses a network whose bytes do not have the SHA-256 that was promised', async () => {
    const host = new FakeHost();
    const file = network.file.with(0, (network.file[0] ?? 0) ^ 1);
    await expect(connect(host).load({ ...network, file })).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringMatching(/network invented is damaged/),
    });
    expect(host.bridges).toHaveLength(0);
  });

  it('passes on why a network was refused, and takes another one after it', async () => {
    const host = new FakeHost();
    host.onLoad = (name) => {
      if (name !== 'invented') throw refusal(`${name} has no spike layer.`);
    };
    const client = connect(host);
    const other = inventedNetwork('other');
    await expect(client.load(other)).rejects.toMatchObject({
      code: 'model-invalid',
      message: 'other has no spike layer.',
    });
    await client.load(network);
    expect(await answerTo(infer(client, 1))).toBe(1);
    await expect(client.infer(other.sha256, Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
      code: 'model-invalid',
    });
  });

  it('passes on why an image was refused, and has the next one read', async () => {
    const host = new FakeHost();
    const client = connect(host, { window: 1 });
    await client.load(network);
    host.onImage = (value) => {
      if (value === 5) throw refusal('The engine refuses it.');
    };
    const [refused, next] = [infer(client, 5), answerTo(infer(client, 6))];
    await expect(refused).rejects.toMatchObject({
      code: 'model-invalid',
      message: 'The engine refuses it.',
    });
    expect(await next).toBe(6);
    expect(host.bridges).toHaveLength(1);
  });

  it('gives up a network that kills the bridge twice, and keeps the others', async () => {
    const host = new FakeHost();
    host.onLoad = (name, bridge) => {
      if (name === 'poison') bridge.kill();
    };
    const client = connect(host);
    await client.load(network);
    await expect(client.load(inventedNetwork('poison'))).rejects.toMatchObject({
      code: 'accelerator-failed',
      message: 'The device bridge stopped twice while it was reading the network poison.',
    });
    expect(host.bridges.flatMap(({ loads }) => loads).filter((name) => name === 'poison')).toEqual([
      'poison',
      'poison',
    ]);
    expect(await answerTo(infer(client, 1))).toBe(1);
  });

  it('has the next bridge read a network during which the first one died', async () => {
    const host = new FakeHost();
    host.onLoad = (_name, bridge) => {
      if (bridge === host.bridges[0]) bridge.kill();
    };
    const client = connect(host);
    expect(await client.load(network)).toEqual({ inputShape: [3, 1, 1], spikeCount: 1, macs: 3 });
    expect(host.bridges.map(({ loads }) => loads)).toEqual([['invented'], ['invented']]);
    expect(await answerTo(infer(client, 1))).toBe(1);
  });

  it('has sixteen of the archive’s images with the bridge, and as many of the consulting room’s beside', async () => {
    const host = new FakeHost();
    const client = connect(host);
    await client.load(network);
    const gate = Promise.withResolvers<void>();
    host.onImage = () => gate.promise;
    const archive = Array.from({ length: 40 }, (_, value) => infer(client, value));
    await expect.poll(() => host.last.seen.length).toBe(16);
    // What nobody says the priority of comes from the consulting room.
    const consulting = Array.from({ length: 40 }, (_, value) =>
      client.infer(network.sha256, Uint8Array.of(100 + value, 0, 0)),
    );
    await expect.poll(() => host.last.seen.length).toBe(32);
    expect(host.last.seen.filter((value) => value >= 100)).toHaveLength(16);
    gate.resolve();
    await Promise.all([...archive, ...consulting]);
    expect(host.last.seen).toHaveLength(80);
  });

  it('keeps nothing of an image that is answered: its signal is let go, its counts are a copy', async () => {
    const host = new FakeHost();
    const client = connect(host);
    await client.load(network);
    const { signal } = new AbortController();
    const { spikeCounts } = await infer(client, 5, 'archive', signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(spikeCounts.buffer.byteLength).toBe(4);
  });

  it('checks the bytes of a network that it has already, where they are others', async () => {
    const host = new FakeHost();
    const client = connect(host);
    await client.load(network);
    const damaged = network.file.with(0, (network.file[0] ?? 0) ^ 1);
    await expect(client.load({ ...network, file: damaged })).rejects.toMatchObject({
      code: 'model-invalid',
    });
    await client.load({ ...network, file: network.file.slice() });
    expect(host.last.loads).toEqual(['invented']);
  });

  it('fails what waits for a network that the next bridge refuses, with its reason', async () => {
    const host = new FakeHost();
    const client = connect(host);
    await client.load(network);
    const other = inventedNetwork('other');
    await client.load(other);
    host.onImage = (_value, bridge) =>
      bridge === host.bridges[0] ? new Promise(() => {}) : undefined;
    const refused = infer(client, 1);
    const read = client.infer(other.sha256, Uint8Array.of(2, 0, 0));
    await expect.poll(() => host.last.seen).toHaveLength(2);
    host.onLoad = (name) => {
      if (name === 'invented') throw refusal('It is no network any more.');
    };
    host.last.kill();
    await expect(refused).rejects.toMatchObject({
      code: 'model-invalid',
      message: 'It is no network any more.',
    });
    expect((await read).spikeCounts[0]).toBe(2);
    expect(host.last.loads).toEqual(['invented', 'other']);
  });

  it('passes on as a failed accelerator what goes wrong in the bridge without a code of its own', async () => {
    const host = new FakeHost();
    const client = connect(host);
    await client.load(network);
    host.onImage = () => {
      throw new TypeError('out of range');
    };
    await expect(infer(client, 1)).rejects.toMatchObject({
      name: 'BridgeError',
      code: 'accelerator-failed',
    });
  });

  it('fails a network that is being loaded when it is closed', async () => {
    const host = new FakeHost();
    const client = connect(host);
    const loading = client.load(network);
    client.close();
    await expect(loading).rejects.toMatchObject({ code: 'cancelled', message: 'Cancelled.' });
    expect(host.bridges.every(({ isAlive }) => !isAlive)).toBe(true);
  });

  it('refuses an image that is not of the network’s size', async () => {
    const client = connect(new FakeHost());
    await client.load(network);
    await expect(client.infer(network.sha256, new Uint8Array(4))).rejects.toMatchObject({
      code: 'model-invalid',
      message: 'The network invented takes 3 × 1 × 1 values; the image has 4.',
    });
  });

  it('says that there is no accelerator when the bridge does not start, and tries when asked', async () => {
    const host = new FakeHost();
    const client = connect(host, { maxFailedStarts: 3 });
    await client.load(network);
    const details: string[] = [];
    client.onOverview(({ accelerators: [first] }) =>
      details.push(`${first?.state}: ${first?.detail}`),
    );
    host.onSpawn = (bridge) => bridge.kill();
    const inference = infer(client, 1);
    host.last.kill();
    await expect(inference).rejects.toMatchObject({ code: 'no-accelerator' });
    await expect.poll(() => details.at(-1)).toMatch(/^failed: .*does not start/);
    // Three deaths, and three starts of the last resort.
    expect(host.bridges).toHaveLength(6);
    await expect(infer(client, 2)).rejects.toMatchObject({ code: 'no-accelerator' });
    expect(host.bridges).toHaveLength(7);
    host.onSpawn = () => {};
    expect(await answerTo(infer(client, 3))).toBe(3);
    expect(client.overview().accelerators).toEqual(overview.accelerators);
  });

  it('reports a bridge that cannot even be spawned as no accelerator', async () => {
    const host = new FakeHost();
    host.onSpawn = () => {
      throw new Error('no more processes');
    };
    const client = connect(host, { maxFailedStarts: 2 });
    await expect(client.load(network)).rejects.toMatchObject({ code: 'no-accelerator' });
    expect(client.overview().accelerators).toMatchObject([{ id: 'emulator', state: 'failed' }]);
  });

  it('shows a dead bridge as starting until the next one answers', async () => {
    const host = new FakeHost();
    const client = connect(host);
    await client.load(network);
    const states: (string | undefined)[] = [];
    const stop = client.onOverview(({ accelerators: [first] }) => states.push(first?.state));
    host.last.kill();
    await expect.poll(() => states).toEqual(['starting', 'ready']);
    stop();
    host.last.kill();
    await expect.poll(() => host.bridges.length).toBe(3);
    expect(states).toEqual(['starting', 'ready']);
  });

  it('fails what waits with "cancelled" when it is closed, and starts nothing more', async () => {
    const host = new FakeHost();
    const client = connect(host);
    await client.load(network);
    host.onImage = () => new Promise(() => {});
    const waiting = infer(client, 1);
    await expect.poll(() => host.last.seen).toEqual([1]);
    client.close();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(infer(client, 2)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.load(network)).rejects.toMatchObject({ code: 'cancelled' });
    expect(host.bridges).toHaveLength(1);
  });
});
