import { expect, test, vi } from 'vitest';
import type { DeviceStatus } from '../../../native-bridge/shared/contract.ts';
import { Job, Run } from '../../../native-bridge/supervision/job.ts';
import { Post } from '../../../native-bridge/supervision/post.ts';
import { Reading } from '../../../native-bridge/supervision/readings.ts';
import { Shadow } from '../../../native-bridge/supervision/shadow.ts';
import { CountingDevice, CountingReference } from './counting-device.ts';
import { HeldAccelerator } from './held-accelerator.ts';

const sha256 = 'a'.repeat(64);
const network = { name: 'invented', sha256, file: Uint8Array.of(1) };

/** Takes three batches at once, of five images each. */
class Wide extends HeldAccelerator {
  override describe() {
    return { ...super.describe(), concurrency: 3, batch: 5 };
  }
}
class WideDevice extends CountingDevice {
  energyPerImage: DeviceStatus['energyPerImage'] = null;
  override describe() {
    return { ...super.describe(), concurrency: 3, batch: 5 };
  }
  override status(): never {
    return { link: 'usb', energyPerImage: this.energyPerImage } as never;
  }
}

function job(value = 1, reading = new Reading()): Job {
  reading.begin();
  const image = Uint8Array.of(value);
  const made = new Job({ networkSha256: sha256, image, priority: 'archive' }, reading);
  made.onSettled((isAnswered) => reading.end(isAnswered));
  made.result.catch(() => {});
  return made;
}

function answer(of: Job): void {
  const identity = { kind: 'emulator', name: 'Held', version: '1' } as const;
  of.answer({ spikeCounts: Int32Array.of(1), accelerator: identity, durationMs: 1 });
}

test('an accelerator is free for as many batches as it runs at once, less those that it runs', async () => {
  const held = new Wide('held');
  const post = new Post(held, () => undefined);
  await post.load(network);
  expect(post.free(sha256)).toBe(3);
  const running = [1, 2, 3].map((value) => post.infer(new Run([job(value)]), sha256, false));
  expect(post.free(sha256)).toBe(0);
  expect(post.status().state).toBe('busy');
  held.release();
  await Promise.all(running);
  expect(post.free(sha256)).toBe(3);
  expect(post.status().state).toBe('ready');
});

test('an accelerator that fails over a batch is free again', async () => {
  const held = new Wide('held');
  const post = new Post(held, () => undefined);
  await post.load(network);
  held.infer = async () => {
    throw new Error('out of order');
  };
  await expect(post.infer(new Run([job()]), sha256, false)).rejects.toThrow('out of order');
  expect(post.free(sha256)).toBe(3);
});

test('a batch is as large as the accelerator takes, no larger than its share, and never empty', async () => {
  const post = new Post(new Wide('held'), () => undefined);
  await post.load(network);
  const sizes = [0, 1, 4, 5, 6, 99].map((share) => post.batchSize(job(), share));
  expect(sizes).toEqual([1, 1, 4, 5, 5, 5]);
  const alone = job();
  alone.isAlone = true;
  expect(post.batchSize(alone, 99)).toBe(1);
});

test('a device is given one image until it has proven itself on one, and again after each load', async () => {
  const device = new WideDevice('device');
  const post = new Post(device, () => new Shadow(device, new CountingReference(), {}));
  await post.load(network);
  const now = () => [post.free(sha256), post.batchSize(job(), 99)];
  expect(now()).toEqual([1, 1]);
  await post.infer(new Run([job(5)]), sha256, false);
  expect(now()).toEqual([3, 5]);
  await post.load(network);
  expect(now()).toEqual([1, 1]);
});

test('a device is free for nothing while its comparisons lag behind', async () => {
  const device = new WideDevice('device');
  const reference = new CountingReference();
  const post = new Post(device, () => new Shadow(device, reference, { every: 1, below: () => 0 }));
  await post.load(network);
  await post.infer(new Run([job()]), sha256, false);
  const release = reference.hold();
  for (let image = 1; image <= 4; image++) {
    expect(post.free(sha256)).toBe(3);
    await post.infer(new Run([job(image)]), sha256, false);
  }
  expect(post.free(sha256)).toBe(0);
  release();
  await expect.poll(() => post.free(sha256)).toBe(3);
});

test('a network is being loaded until the last of those who ask for it has it, or is refused', async () => {
  const held = new HeldAccelerator('held');
  const post = new Post(held, () => undefined);
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const loads = gates.map(({ promise }) => {
    held.loading = promise;
    return post.load(network);
  });
  expect([post.isLoading(sha256), post.holds(sha256)]).toEqual([true, false]);
  gates[0]?.resolve();
  await loads[0];
  expect([post.isLoading(sha256), post.holds(sha256)]).toEqual([true, true]);
  gates[1]?.reject(new Error('no memory'));
  await expect(loads[1]).rejects.toThrow('no memory');
  expect([post.isLoading(sha256), post.holds(sha256)]).toEqual([false, true]);
  expect(post.isLoading('b'.repeat(64))).toBe(false);
});

test('it names the network that it last loaded, or worked with', async () => {
  const held = new HeldAccelerator('held');
  held.release();
  const post = new Post(held, () => undefined);
  expect([post.networkSha256, post.status().networkName]).toEqual([null, null]);
  await post.load(network);
  await post.load({ ...network, name: 'other', sha256: 'b'.repeat(64) });
  expect(post.status().networkName).toBe('other');
  await post.infer(new Run([job()]), sha256, false);
  expect([post.networkSha256, post.status().networkName]).toEqual([sha256, 'invented']);
});

test('a failed accelerator is failed, though it has not given back what it runs', async () => {
  const held = new HeldAccelerator('held');
  const post = new Post(held, () => undefined);
  await post.load(network);
  const running = post.infer(new Run([job()]), sha256, false);
  held.become('failed');
  expect([post.isSound, post.status().state]).toEqual([false, 'failed']);
  held.become('starting');
  expect([post.isSound, post.status().state]).toEqual([true, 'starting']);
  held.release();
  await running;
});

test('energy of a device is told for a picture, which is several views', async () => {
  const device = new WideDevice('device');
  const post = new Post(device, () => undefined);
  await post.load(network);
  expect(post.status().device?.energyPerImage).toBeNull();
  device.energyPerImage = { mj: 2, basis: 'measured' };
  expect(post.status().device?.energyPerImage).toEqual({ mj: 2, basis: 'measured' });
  const reading = new Reading();
  const views = [1, 2, 3].map((value) => job(value, reading));
  await post.infer(new Run(views), sha256, false);
  for (const view of views) answer(view);
  expect(post.status()).toMatchObject({
    completed: 1,
    device: { link: 'usb', energyPerImage: { mj: 6, basis: 'measured' } },
  });
});

test('what a device answered is put up to be compared, but where each image was', async () => {
  const device = new WideDevice('device');
  const shadow = new Shadow(device, new CountingReference(), { below: () => 1 });
  const post = new Post(device, () => shadow);
  await post.load(network);
  await post.infer(new Run([job()]), sha256, false);
  const compared = vi.spyOn(shadow, 'compareOneOf');
  for (const isComparedAnyway of [false, true]) {
    const reading = new Reading();
    const views = [4, 5].map((value) => job(value, reading));
    await post.infer(new Run(views), sha256, isComparedAnyway);
    for (const view of views) answer(view);
  }
  const choices = compared.mock.calls.map(([candidates]) =>
    candidates.map(({ image }) => image[0]),
  );
  expect(choices).toEqual([[4, 5]]);
  const [[[first] = []] = []] = compared.mock.calls;
  expect(first).toMatchObject({
    networkSha256: sha256,
    inference: { spikeCounts: Int32Array.of(4) },
  });
});

test('an image is answered once, and who waits for its end is told once, in which way', async () => {
  const told: boolean[] = [];
  const [answered, failed] = [job(), job()];
  for (const each of [answered, failed]) each.onSettled((isAnswered) => told.push(isAnswered));
  answer(answered);
  answered.fail(new Error('too late'));
  failed.fail(new Error('in time'));
  answer(failed);
  expect(told).toEqual([true, false]);
  expect((await answered.result).spikeCounts[0]).toBe(1);
  await expect(failed.result).rejects.toThrow('in time');
  expect([answered.isSettled, job().isSettled]).toEqual([true, false]);
});

test('a run is given up when nobody waits for any of its images, and not once it is over', () => {
  const jobs = [job(1), job(2)];
  const run = new Run(jobs);
  jobs[0]?.fail(new Error('cancelled'));
  expect(run.open).toEqual([jobs[1]]);
  expect(run.signal.aborted).toBe(false);
  jobs[1]?.fail(new Error('cancelled'));
  expect(run.signal.aborted).toBe(true);
  const last = job();
  const over = new Run([last]);
  over.end();
  answer(last);
  expect([over.open, over.signal.aborted]).toEqual([[], false]);
});
