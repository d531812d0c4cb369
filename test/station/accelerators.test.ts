import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { goldenCount } from '../../native-bridge/golden/golden-images.ts';
import type { Client } from '../../src/processes/channel.ts';
import type { AcceleratorOverview, StationContract } from '../../src/station/contract/index.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

let station: TestStation | undefined;

afterEach(async () => {
  await station?.close();
});

let imported = 0;

/** A new image of a lesion, and its reading. */
async function importInto(client: Client<StationContract>, lesionId: string) {
  imported++;
  const result = await client.call('images.import', {
    lesionId,
    importId: String(imported),
    fileName: `image-${imported}.jpg`,
    bytes: await drawTestImage(imported),
  });
  if (result.outcome !== 'imported' || !result.reading) throw new Error('It was not read.');
  return { image: result.image, reading: result.reading };
}

async function startWithDevice(options: string) {
  station = await startStation({ DERMASPIKE_VIRTUAL_ACCELERATOR: options });
  const { client } = station;
  const { lesion } = await enrolOne(client);
  return { client, importOne: () => importInto(client, lesion.id) };
}

/** The first overview that is as wanted. */
function overviewWhere(
  client: Client<StationContract>,
  isWanted: (overview: AcceleratorOverview) => boolean,
): Promise<AcceleratorOverview> {
  return new Promise((resolve) => {
    client.subscribe('accelerators.changes', {}, (overview) => {
      if (isWanted(overview)) resolve(overview);
    });
  });
}

const deviceIn = ({ accelerators }: AcceleratorOverview) =>
  accelerators.find(({ device }) => device !== null);

const isAttested = (overview: AcceleratorOverview) =>
  deviceIn(overview)?.device?.attestation.state === 'attested';

async function auditedActions(client: Client<StationContract>): Promise<string[]> {
  return (await client.call('audit.list', {})).map(({ action }) => action);
}

describe('a device on the station', () => {
  it('is attested, reads, can be tested, and gives way to the emulator by policy', async () => {
    const { client, importOne } = await startWithDevice('');
    const overview = await overviewWhere(client, isAttested);
    expect(deviceIn(overview)).toMatchObject({
      state: 'ready',
      device: { link: 'pipe', attestation: { images: goldenCount, mismatches: 0 } },
    });
    expect((await importOne()).reading.accelerator.kind).toBe('device');
    const acceleratorId = deviceIn(overview)?.id ?? '';
    expect(await client.call('accelerators.test', { acceleratorId })).toMatchObject({
      cause: 'test',
      images: goldenCount,
      mismatches: 0,
    });
    await client.call('accelerators.setPolicy', { policy: 'emulator-only' });
    expect((await importOne()).reading.accelerator.kind).toBe('emulator');
    expect(await client.call('accelerators.readingsToRepeat', {})).toEqual([]);
    expect(await auditedActions(client)).toEqual(
      expect.arrayContaining(['accelerator.test', 'accelerator.policy']),
    );
  });

  it.each([
    ['', 'a flipped bit'],
    ['--serial demo ', 'a flipped bit also where it says that it is the demo clinic’s'],
  ])(
    '%sis set aside for %s, and all that it has read is listed until it is read again',
    async (says) => {
      const { client, importOne } = await startWithDevice(`${says}--fault flipped-bit --after 40`);
      await overviewWhere(client, isAttested);
      const setAside = overviewWhere(client, ({ notices }) => notices.length > 0);
      const newestBy = new Map<string, string>();
      let isOver = false;
      void setAside.then(() => {
        isOver = true;
      });
      while (!isOver) {
        const { image, reading } = await importOne();
        newestBy.set(image.id, reading.accelerator.kind);
      }
      const { notices, ...overview } = await setAside;
      expect(notices).toMatchObject([
        { kind: 'set-aside', text: expect.stringMatching(/not identical/) },
      ]);
      expect(deviceIn(overview as AcceleratorOverview)).toMatchObject({
        state: 'failed',
        device: { attestation: { state: 'failed' } },
      });
      const [incident] = await client.call('accelerators.incidents', {});
      expect(incident).toMatchObject({ kind: 'set-aside', since: expect.any(String) });
      expect(await auditedActions(client)).toContain('accelerator.set-aside');

      const listed = await client.call('accelerators.readingsToRepeat', {});
      const byDevice = [...newestBy].filter(([, kind]) => kind === 'device').map(([id]) => id);
      expect(listed.map(({ image }) => image.id).toSorted()).toEqual(byDevice.toSorted());
      for (const { image } of listed) {
        const again = await client.call('readings.read', { imageId: image.id });
        expect(again.accelerator.kind).toBe('emulator');
      }
      expect(await client.call('accelerators.readingsToRepeat', {})).toEqual([]);
      await client.call('accelerators.dismiss', {
        acceleratorId: notices[0]?.acceleratorId ?? '',
      });
      await overviewWhere(client, (now) => now.notices.length === 0);
    },
  );

  it('is told of in the clinic that is unlocked after it failed', async () => {
    const { client } = await startWithDevice('--fault flipped-bit');
    await client.call('session.lock', {});
    await overviewWhere(client, ({ notices }) => notices.length > 0);
    const told = new Promise<void>((resolve) => {
      client.subscribe('changes', {}, ({ topics }) => {
        if (topics.includes('accelerators')) resolve();
      });
    });
    await client.call('session.unlock', {
      userName: 'Tester',
      passphrase: 'correct horse battery',
    });
    await told;
    expect(await client.call('accelerators.incidents', {})).toMatchObject([
      { kind: 'set-aside', since: null },
    ]);
  });
});

describe('the virtual accelerator of the demo clinic', () => {
  const virtual = { kind: 'device', name: 'Dermaspike Virtual accelerator' };

  async function addLesion(client: Client<StationContract>): Promise<string> {
    const names = { familyName: 'Quillfeather', givenName: 'Ottoline' };
    const patient = await client.call('patients.enrol', names);
    const lesion = await client.call('lesions.add', {
      patientId: patient.id,
      details: { label: 'A', bodySite: 'forearm', laterality: 'left' },
    });
    return lesion.id;
  }

  it('reads there from its attestation on, is named as virtual, and is gone with the clinic', async () => {
    station = await startStation();
    const { client } = station;
    const { lesion: own } = await enrolOne(client);
    await client.call('session.openDemo', {});
    const demoLesion = await addLesion(client);
    // At once, whoever reads it.
    await importInto(client, demoLesion);
    const overview = await overviewWhere(client, isAttested);
    expect(deviceIn(overview)).toMatchObject({
      identity: virtual,
      device: { link: 'pipe', serial: 'demo', attestation: { images: goldenCount, mismatches: 0 } },
    });
    expect((await importInto(client, demoLesion)).reading.accelerator).toMatchObject(virtual);

    await client.call('session.lock', {});
    await overviewWhere(client, (now) => !deviceIn(now));
    await client.call('session.openDemo', {});
    await overviewWhere(client, isAttested);

    await client.call('session.leaveDemo', {});
    await client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
    expect((await importInto(client, own.id)).reading.accelerator.kind).toBe('emulator');
    const { notices } = await overviewWhere(client, (now) => !deviceIn(now));
    expect(notices).toEqual([]);
    expect(await client.call('accelerators.incidents', {})).toEqual([]);
  });

  it('does not outlast the demo clinic when that is left with its images being read', async () => {
    station = await startStation();
    const { client } = station;
    const { lesion: own } = await enrolOne(client);
    await client.call('session.openDemo', {});
    const demoLesion = await addLesion(client);
    await overviewWhere(client, isAttested);
    const unfinished = Promise.allSettled(
      Array.from({ length: 6 }, () => importInto(client, demoLesion)),
    );
    await client.call('session.leaveDemo', {});
    await client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
    for (let image = 0; image < 3; image++)
      expect((await importInto(client, own.id)).reading.accelerator.kind).toBe('emulator');
    await unfinished;
    expect(await client.call('accelerators.incidents', {})).toEqual([]);
  });
});

describe('the policy that a person chooses', () => {
  it('is followed after a restart, and leaves the other settings as they are', async () => {
    station = await startStation();
    const { client, dataFolder } = station;
    const file = path.join(dataFolder, 'accelerators.json');
    const settings = () => JSON.parse(readFileSync(file, 'utf8'));
    await enrolOne(client);
    await overviewWhere(client, ({ accelerators }) => accelerators[0]?.state === 'ready');
    await client.call('accelerators.setPolicy', { policy: 'emulator-only' });
    expect(settings()).toEqual({ policy: 'emulator-only' });
    const others = { shadowEvery: 7, usb: [{ vendorId: '1209', productId: '0003' }], later: 1 };
    writeFileSync(file, JSON.stringify({ ...others, policy: 'device-first' }));
    await client.call('accelerators.setPolicy', { policy: 'compare-both' });
    expect(settings()).toEqual({ ...others, policy: 'compare-both' });
    station.stop();

    const { later: _, ...valid } = settings();
    writeFileSync(file, JSON.stringify(valid));
    station = await startStation({}, dataFolder);
    const { policy } = await overviewWhere(station.client, ({ accelerators }) =>
      accelerators.some(({ networkName }) => networkName !== null),
    );
    expect(policy).toBe('compare-both');
  });

  it('is followed, and said not to be saved, where nothing can be written', async () => {
    station = await startStation();
    const { client, dataFolder } = station;
    const file = path.join(dataFolder, 'accelerators.json');
    await enrolOne(client);
    await overviewWhere(client, ({ accelerators }) => accelerators[0]?.state === 'ready');
    mkdirSync(`${file}.tmp/in-the-way`, { recursive: true });
    await expect(
      client.call('accelerators.setPolicy', { policy: 'emulator-only' }),
    ).rejects.toMatchObject({ code: 'not-saved', message: expect.stringMatching(/See that this/) });
    expect(existsSync(file)).toBe(false);
    await overviewWhere(client, ({ policy }) => policy === 'emulator-only');
  });

  it('is followed, and said not to be saved, where the file holds something else', async () => {
    station = await startStation();
    const { client, dataFolder } = station;
    const file = path.join(dataFolder, 'accelerators.json');
    await enrolOne(client);
    await overviewWhere(client, ({ accelerators }) => accelerators[0]?.state === 'ready');
    for (const text of ['{ "policy": ', '[]']) {
      writeFileSync(file, text);
      await expect(
        client.call('accelerators.setPolicy', { policy: 'emulator-only' }),
      ).rejects.toMatchObject({
        code: 'not-saved',
        message: expect.stringMatching(/until the program ends.*no JSON object. Correct it/),
      });
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
    await overviewWhere(client, ({ policy }) => policy === 'emulator-only');
  });
});
