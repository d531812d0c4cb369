import { afterEach, beforeEach, expect, test } from 'vitest';
import { unlockClinic } from '../../src/store/index.ts';
import { drawTestImage, enrolOne, testPassphrase } from '../station/harness.ts';
import { Sandbox } from './station-process.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.make();
});
afterEach(() => sandbox.remove());

/** How many images were acknowledged when the station is killed. */
const moments = [1, 4, 9];

test.each(moments)(
  'a station killed in the middle of a batch, after %i acknowledged images, has lost none of them',
  async (moment) => {
    const first = sandbox.startStation();
    const { lesion } = await enrolOne(first.client);
    const acknowledged: string[] = [];
    const images = await Promise.all(
      Array.from({ length: 12 }, (_, seed) => drawTestImage(seed + 1)),
    );
    await Promise.allSettled(
      images.map(async (bytes, index) => {
        const fileName = `batch-${index}.jpg`;
        const result = await first.client.call('images.import', {
          lesionId: lesion.id,
          importId: fileName,
          fileName,
          bytes,
        });
        acknowledged.push(result.image.id);
        if (acknowledged.length === moment) first.process.kill();
      }),
    );
    expect((await first.process.exited).signal).toBe('SIGKILL');
    expect(acknowledged.length).toBeGreaterThanOrEqual(moment);

    const second = sandbox.startStation();
    await second.client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
    for (const imageId of acknowledged) {
      const { readings } = await second.client.call('images.get', { imageId });
      expect(readings).toHaveLength(1);
      expect(
        (await second.client.call('images.thumbnail', { imageId })).bytes.length,
      ).toBeGreaterThan(0);
    }
    expect(await second.client.call('audit.verify', {})).toMatchObject({ intact: true });

    // The rest of the batch can simply be dropped in again.
    const again = await Promise.all(
      images.map((bytes, index) =>
        second.client.call('images.import', {
          lesionId: lesion.id,
          importId: `${index}`,
          fileName: `batch-${index}.jpg`,
          bytes,
        }),
      ),
    );
    const duplicates = again.filter(({ outcome }) => outcome === 'duplicate').length;
    expect(duplicates).toBeGreaterThanOrEqual(acknowledged.length);
    expect((await second.client.call('worklist.counts', {})).images).toBe(images.length);
    second.process.link.close();
    await second.process.exited;

    const { store } = await unlockClinic(`${sandbox.dataFolder}/clinic`, {
      userName: 'Tester',
      passphrase: testPassphrase,
    });
    expect(await store.checkHealth()).toMatchObject({ ok: true });
    store.close();
  },
);
