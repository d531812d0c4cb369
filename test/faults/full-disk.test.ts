import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { mountSmallDisk } from '../small-disk.ts';
import { enrolOne, testPassphrase } from '../station/harness.ts';
import { Sandbox } from './station-process.ts';

const suite = 'imports onto a disk of 4 MiB';
const disk = mountSmallDisk(4, suite);

/** A JPEG of about 300 kB that no other equals. */
function drawNoise(): Promise<Buffer> {
  const [width, height, channels] = [400, 300, 3] as const;
  const noise = randomBytes(width * height * channels);
  return sharp(noise, { raw: { width, height, channels } }).jpeg({ quality: 100 }).toBuffer();
}

describe.skipIf(!disk)(suite, () => {
  afterAll(() => disk?.unmount());

  test('an import that does not fit is refused by name, stores nothing half, and loses nothing stored', async () => {
    const sandbox = await Sandbox.make(disk?.folder);
    const somethingElse = path.join(sandbox.root, 'something-else');
    writeFileSync(somethingElse, randomBytes(256 * 1024));
    const { client, process } = sandbox.startStation();
    const { patient, lesion } = await enrolOne(client);
    const importOne = async (importId: string) =>
      client.call('images.import', {
        lesionId: lesion.id,
        importId,
        fileName: `${importId}.jpg`,
        bytes: await drawNoise(),
      });

    const stored: string[] = [];
    const fill = async () => {
      for (;;) stored.push((await importOne(`image-${stored.length}`)).image.id);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'disk-full' });
    expect(stored.length).toBeGreaterThan(2);
    await expect(importOne('one-more')).rejects.toMatchObject({ code: 'disk-full' });
    const listed = async () =>
      (await client.call('patients.get', { patientId: patient.id })).lesions
        .flatMap(({ images }) => images.map(({ image }) => image.id))
        .toSorted();
    expect(await listed()).toEqual(stored.toSorted());

    // What the refusal asks for. Unlocking is an entry in the audit log, so it needs some room too.
    rmSync(somethingElse);
    await client.call('session.lock', {});
    await client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
    expect(await listed()).toEqual(stored.toSorted());
    process.link.close();
    await process.exited;
    await sandbox.remove();
  });
});
