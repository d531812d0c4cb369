import { afterEach, beforeEach, expect, test } from 'vitest';
import { unlockClinic } from '../../src/store/index.ts';
import { drawTestImage, enrolOne, testPassphrase } from '../station/harness.ts';
import { type RunningStation, Sandbox } from './station-process.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.make();
});
afterEach(() => sandbox.remove());

const examples = 6;
/** Of the time that learning takes undisturbed, when the station is killed. */
const moments = [0.02, 0.4, 0.8, 0.97, 1];

async function clinicWithExamples({ client }: RunningStation): Promise<void> {
  await enrolOne(client);
  await client.call('classes.change', {
    change: { kind: 'add', code: 'scar', name: 'Scar', gravity: 'benign', parent: null },
  });
  for (let seed = 0; seed < examples; seed++) {
    await client.call('classes.importExample', {
      ...{ collection: 'Scars', lesion: `S${seed}`, code: 'scar', confirmedBy: 'histology' },
      ...{ fileName: `scar-${seed}.jpg`, bytes: await drawTestImage(seed) },
    });
  }
}

/** Resolves with whether learning was answered before the kill. */
async function killedWhileLearning(station: RunningStation, afterMs: number): Promise<boolean> {
  let isAnswered = false;
  const timer = setTimeout(() => station.process.kill(), afterMs);
  await station.client.call('classes.evaluate', {}).then(
    () => {
      isAnswered = true;
    },
    () => {},
  );
  clearTimeout(timer);
  station.process.kill();
  await station.process.exited;
  return isAnswered;
}

test('a station killed while it learns has kept both heads, whole and measured, or nothing', async () => {
  const first = sandbox.startStation();
  await clinicWithExamples(first);
  first.process.link.close();
  await first.process.exited;

  let expectedMs = 0;
  for (const moment of [...moments, Number.POSITIVE_INFINITY]) {
    const station = sandbox.startStation();
    const credentials = { userName: 'Tester', passphrase: testPassphrase };
    await station.client.call('session.unlock', credentials);
    if (expectedMs === 0) {
      // Withdrawn and given again the examples are the same; what was learned so is another head.
      const all = await station.client.call('classes.examples', { code: 'scar' });
      const imageIds = all.slice(0, 1).map(({ image }) => image.id);
      await station.client.call('classes.withdrawExamples', { imageIds, code: 'scar' });
      const startedAt = performance.now();
      await station.client.call('classes.evaluate', {});
      expectedMs = performance.now() - startedAt;
      const given = imageIds.map((imageId) => ({ imageId, confirmedBy: 'histology' as const }));
      await station.client.call('classes.addExamples', { code: 'scar', examples: given });
    }
    const isAnswered = await killedWhileLearning(
      station,
      Number.isFinite(moment) ? moment * expectedMs : 2 ** 30,
    );

    const { store } = await unlockClinic(`${sandbox.dataFolder}/clinic`, credentials);
    const versions = store.headVersions.list().filter((version) => version.examples === examples);
    expect(versions.length === 0 || versions.length === 2).toBe(true);
    if (isAnswered) expect(versions).toHaveLength(2);
    for (const version of versions) {
      expect(version).toMatchObject({ state: 'evaluated', evaluation: { images: examples } });
      expect(JSON.parse(store.models.getHead(version.headSha256).json)).toMatchObject({
        format: 'dermaspike-learned-head',
      });
    }
    expect(store.headVersions.active()).toBeNull();
    expect(await store.checkHealth()).toMatchObject({ ok: true });
    store.close();
  }
}, 300_000);
