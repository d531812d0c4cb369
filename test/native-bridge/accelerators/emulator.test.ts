import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Emulator, type EmulatorOptions } from '../../../native-bridge/accelerators/emulator.ts';
import { always, fault } from './faulty-thread.ts';

/** Processors that this machine says it has. */
const machine = vi.hoisted(() => ({ cores: 8 }));
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  availableParallelism: () => machine.cores,
}));

const network = { name: 'invented', sha256: 'a'.repeat(64), file: Uint8Array.of(1, 2, 3) };
const idle = new AbortController().signal;
let emulator: Emulator | undefined;

function start(options: EmulatorOptions = {}): Emulator {
  emulator = new Emulator({
    threadFile: path.join(import.meta.dirname, 'faulty-thread.ts'),
    threads: 1,
    ...options,
  });
  return emulator;
}

async function run(on: Emulator, ...commands: readonly number[][]) {
  const images = commands.map((command) => Uint8Array.from(command));
  const results = await on.infer({ networkSha256: network.sha256, images }, idle);
  return results.map(({ spikeCounts }) => {
    const [threadId = 0, loads = 0, value = 0] = spikeCounts;
    return { threadId, loads, value };
  });
}

afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
});

describe('the emulator', () => {
  it('runs a batch on all of its threads and answers in the order of the images', async () => {
    const two = start({ threads: 2 });
    expect(two.describe().concurrency).toBe(2);
    await two.load(network);
    const results = await run(two, ...Array.from({ length: 20 }, (_, value) => [0, 0, value]));
    expect(results.map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(two.telemetry().state).toBe('ready');
  });

  it('has each thread read a network once', async () => {
    const one = start();
    await one.load(network);
    const results = await run(one, [0], [0], [0]);
    expect(results.map(({ loads }) => loads)).toEqual([1, 1, 1]);
  });

  it('replaces a thread that crashes and runs its image again, once', async () => {
    const one = start();
    await one.load(network);
    const [before] = await run(one, [0]);
    const last = before?.threadId ?? 0;
    const results = await run(one, [fault.crash, last, 42], [0, 0, 43]);
    expect(results.map(({ value }) => value)).toEqual([42, 43]);
    expect(results[0]?.threadId).toBeGreaterThan(last);
    expect(results[0]?.loads).toBe(1);
  });

  it('takes the answer of a thread that ends right after it, and replaces the thread', async () => {
    const one = start();
    await one.load(network);
    const threads = new Set<number>();
    for (let value = 1; value <= 3; value++) {
      const [result] = await run(one, [fault.leave, always, value]);
      expect(result?.value).toBe(value);
      threads.add(result?.threadId ?? 0);
    }
    expect(threads.size).toBe(3);
  });

  it.each([
    ['crashes', fault.crash, /failed: invented crash, twice/],
    ['exits', fault.exit, /ended by itself with code 3, twice/],
  ])('fails only the image whose thread %s twice', async (_, what, message) => {
    const one = start();
    await one.load(network);
    const poison = run(one, [what, always]);
    const others = run(one, [0, 0, 1], [0, 0, 2]);
    await expect(poison).rejects.toMatchObject({ code: 'accelerator-failed' });
    await expect(poison).rejects.toThrow(message);
    expect((await others).map(({ value }) => value)).toEqual([1, 2]);
  });

  it('ends a thread that does not answer in time and runs its image on another', async () => {
    const one = start({ limits: { runMs: 200 } });
    await one.load(network);
    const [before] = await run(one, [0]);
    const results = await run(one, [fault.hang, before?.threadId ?? 0, 7]);
    expect(results[0]?.value).toBe(7);
    const stuck = run(one, [fault.hang, always]);
    await expect(stuck).rejects.toThrow('took longer than 0.2 s over an image, twice');
  });

  it('answers a cancelled image at once, and the next one all the same', async () => {
    const one = start({ limits: { runMs: 300 } });
    await one.load(network);
    const cancel = new AbortController();
    const images = [Uint8Array.of(fault.hang, always)];
    const hanging = one.infer({ networkSha256: network.sha256, images }, cancel.signal);
    const queued = one.infer({ networkSha256: network.sha256, images }, cancel.signal);
    cancel.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'cancelled' });
    await expect(queued).rejects.toMatchObject({ code: 'cancelled' });
    expect((await run(one, [0, 0, 5]))[0]?.value).toBe(5);
  });

  it('passes on what a thread refuses, and keeps the thread', async () => {
    const one = start();
    await expect(one.load({ ...network, name: 'refused' })).rejects.toMatchObject({
      code: 'model-invalid',
      message: 'The network refused cannot be run: it has no spike layer',
    });
    await one.load(network);
    await expect(run(one, [fault.refuse])).rejects.toMatchObject({ code: 'model-invalid' });
    expect((await run(one, [0, 0, 1]))[0]?.value).toBe(1);
  });

  it('gives up a network that ends its thread twice', async () => {
    await expect(start().load({ ...network, name: 'crashing' })).rejects.toMatchObject({
      code: 'accelerator-failed',
      message: expect.stringContaining('the network crashing'),
    });
  });

  it('refuses an image of a network that was never loaded', async () => {
    await expect(run(start(), [0])).rejects.toMatchObject({ code: 'model-invalid' });
  });

  it('says that it failed when its threads do not start, and tries again when asked', async () => {
    const states: string[] = [];
    const broken = start({ threadFile: path.join(import.meta.dirname, 'no-such-thread.ts') });
    broken.onChange(() => states.push(broken.telemetry().state));
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(broken.load(network)).rejects.toMatchObject({
        code: 'no-accelerator',
        message: expect.stringContaining('do not start'),
      });
    expect(states).toEqual(['failed', 'starting', 'failed']);
  });

  it('tries three times to start a thread, and once more for each that asks then', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-emulator-'));
    const starts = path.join(folder, 'starts');
    vi.stubEnv('UNSTARTABLE_THREADS', starts);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    });
    const broken = start({ threadFile: path.join(import.meta.dirname, 'unstartable-thread.ts') });
    for (const tried of [3, 4, 5]) {
      await expect(broken.load(network)).rejects.toMatchObject({ code: 'no-accelerator' });
      expect(statSync(starts).size).toBe(tried);
    }
  });

  it('fails what is running when it is closed', async () => {
    const one = start();
    await one.load(network);
    const running = expect(run(one, [fault.hang, always])).rejects.toMatchObject({
      code: 'no-accelerator',
    });
    await one.close();
    await running;
    await expect(one.load(network)).rejects.toMatchObject({ code: 'no-accelerator' });
  });

  it('takes no answer for another one', async () => {
    const one = start();
    await expect(one.load({ ...network, name: 'confusing' })).rejects.toMatchObject({
      code: 'accelerator-failed',
      message: 'The emulator answered "started".',
    });
    await one.load(network);
    await expect(run(one, [fault.confuse])).rejects.toMatchObject({ code: 'accelerator-failed' });
    expect((await run(one, [0, 0, 9]))[0]?.value).toBe(9);
  });

  it('fails what cannot even be sent to a thread, and goes on', async () => {
    const one = start();
    const unsendable = { ...network, name: (() => 'no text') as unknown as string };
    await expect(one.load(unsendable)).rejects.toMatchObject({
      code: 'accelerator-failed',
      message: expect.stringMatching(/could not be set to reading a network: DataCloneError/),
    });
    await one.load(network);
    await expect(
      one.infer({ networkSha256: network.sha256, images: [Uint8Array.of(0)] }, AbortSignal.abort()),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('tells its state to who still listens', async () => {
    const one = start();
    const heard = { one: 0, other: 0 };
    one.onChange(() => heard.one++)();
    const ready = new Promise<void>((resolve) => {
      one.onChange(() => {
        heard.other++;
        resolve();
      });
    });
    await ready;
    expect(heard).toEqual({ one: 0, other: 1 });
  });

  it('has two to four threads where nothing is said', () => {
    for (const [cores, threads] of [
      [1, 1],
      [2, 2],
      [3, 2],
      [4, 3],
      [5, 4],
      [64, 4],
    ] as const) {
      machine.cores = cores;
      const usual = new Emulator({ threadFile: path.join(import.meta.dirname, 'no-thread.ts') });
      expect(usual.describe()).toMatchObject({ id: 'emulator', concurrency: threads, batch: 1 });
      void usual.close();
    }
  });

  it('is starting until a thread is up, and then says how many there are', async () => {
    for (const [threads, detail] of [
      [1, '1 thread'],
      [2, '2 threads'],
    ] as const) {
      const started = start({ threads });
      expect(started.telemetry()).toEqual({ state: 'starting', detail: 'Starting.' });
      await started.load(network);
      expect(started.telemetry()).toEqual({ state: 'ready', detail });
      await started.close();
    }
  });

  it('reads no image with a network that it refused, nor one that it does not have', async () => {
    const one = start();
    await expect(one.load({ ...network, name: 'refused' })).rejects.toThrow('cannot be run');
    await expect(run(one, [0])).rejects.toMatchObject({
      code: 'model-invalid',
      message: `No network with SHA-256 ${network.sha256} is loaded on the emulator.`,
    });
  });

  it('runs one image of a thread at a time, as many at once as it has threads', async () => {
    const two = start({ threads: 2, limits: { runMs: 30_000 } });
    await two.load(network);
    const cancel = new AbortController();
    const images = [1, 2].map(() => Uint8Array.of(fault.hang, always));
    const hanging = two.infer({ networkSha256: network.sha256, images }, cancel.signal);
    const after = expect(run(two, [0, 0, 1])).rejects.toMatchObject({ code: 'no-accelerator' });
    cancel.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'cancelled', message: 'Cancelled.' });
    // Both threads still hang, so nothing more is read.
    await two.close();
    await after;
    await expect(run(two, [0])).rejects.toMatchObject({ message: 'The emulator was closed.' });
  });

  it('keeps nothing of the signal of an image that is done', async () => {
    const one = start();
    await one.load(network);
    const { signal } = new AbortController();
    const images = [Uint8Array.of(0, 0, 3), Uint8Array.of(0, 0, 4)];
    const results = await one.infer({ networkSha256: network.sha256, images }, signal);
    expect(results.map(({ spikeCounts, durationMs }) => [spikeCounts[2], durationMs])).toEqual([
      [3, 1.5],
      [4, 1.5],
    ]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('names the network of an image that it could not finish', async () => {
    const one = start();
    await one.load(network);
    await expect(run(one, [fault.exit, always])).rejects.toThrow(
      'The emulator could not finish an image with invented: its thread ended by itself with ' +
        'code 3, twice.',
    );
  });
});
