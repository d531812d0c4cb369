import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Decoder } from '../../src/imaging/decoder.ts';
import { patientFolderHandlers } from '../../src/station/handlers/patient-folder.ts';
import { writePatientFolder } from '../../src/station/patient-folder/write.ts';
import { addLesion, details } from '../store/harness.ts';
import { newScreen, type Screen, takeImage } from './screen.ts';

const drawn = Buffer.from('a picture as it is drawn');
const decoder = { render: async () => ({ bytes: drawn, mediaType: 'image/jpeg' }) };

/** A patient with two images, and an empty folder beside the clinic. */
async function patientToWrite() {
  const screen = await newScreen();
  const { store } = screen;
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, patientId);
  const images = [takeImage(store, lesion.id), takeImage(store, lesion.id)];
  const parent = mkdtempSync(path.join(tmpdir(), 'dermaspike-written-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  return { screen, patientId, images, parent };
}

function write(
  { store, user }: Screen,
  patientId: string,
  parent: string,
  given: {
    render?: () => Promise<{ bytes: Uint8Array; mediaType: string }>;
    signal?: AbortSignal;
    onProgress?: (share: number) => void;
    enter?: () => void;
  } = {},
) {
  const { render = decoder.render, ...writing } = given;
  return writePatientFolder(
    { store, decoder: { render } as unknown as Decoder },
    patientId,
    parent,
    { program: '0.1.0', clinicName: 'At the lake', userId: user.id, userName: user.name },
    {
      ...{ signal: new AbortController().signal, onProgress: () => {}, enter: () => {} },
      ...writing,
    },
  );
}

test('stopped at whichever picture it goes no further, leaves nothing and is entered nowhere', async () => {
  const { screen, patientId, parent } = await patientToWrite();
  for (const stopAt of [1 / 3, 2 / 3]) {
    const shares: number[] = [];
    const stopping = new AbortController();
    const onProgress = (share: number) => {
      shares.push(share);
      if (share === stopAt) stopping.abort();
    };
    let entered = 0;
    const enter = () => {
      entered += 1;
    };
    const { signal } = stopping;
    const writing = write(screen, patientId, parent, { signal, onProgress, enter });
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    expect([shares.at(-1), entered, readdirSync(parent)]).toEqual([stopAt, 0, []]);
  }
});

test('a lock while a picture is drawn stops it as one, though the clinic is closed by then', async () => {
  const { screen, patientId, parent } = await patientToWrite();
  const locking = new AbortController();
  const writing = write(screen, patientId, parent, {
    signal: locking.signal,
    render: async () => {
      locking.abort();
      screen.store.close();
      throw new Error('Stopped.');
    },
  });
  await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(parent)).toEqual([]);
});

test('whose entry cannot be written leaves nothing either', async () => {
  const { screen, patientId, parent } = await patientToWrite();
  const enter = () => {
    throw new Error('The disk is full.');
  };
  await expect(write(screen, patientId, parent, { enter })).rejects.toThrow('The disk is full.');
  expect(readdirSync(parent)).toEqual([]);
});

test('an original that cannot be drawn stands in the summary as its small picture', async () => {
  const { screen, patientId, images, parent } = await patientToWrite();
  let asked = 0;
  const folder = await write(screen, patientId, parent, {
    render: () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('damaged')) : decoder.render();
    },
  });
  const pictures = readdirSync(path.join(folder, 'pictures')).map((name) =>
    readFileSync(path.join(folder, 'pictures', name)),
  );
  expect(pictures).toEqual([
    Buffer.from(screen.store.images.thumbnail(images[0]?.id ?? '')),
    drawn,
  ]);
});

test('a lock while the folder is looked at ends it, whoever goes on at the screen', async () => {
  const { screen, patientId, parent } = await patientToWrite();
  const { context, folder: dataFolder } = screen;
  const given = { ...context, dataFolder, clinics: { info: () => null }, decoder };
  const handlers = patientFolderHandlers(given as unknown as typeof context, '0.1.0');
  const asked = { patientId, writingId: patientId, folder: parent };
  const { signal } = new AbortController();
  const writing = handlers['patientFolder.write'](asked, { signal });
  screen.lock();
  await expect(writing).rejects.toMatchObject({ code: 'locked' });
  expect(readdirSync(parent)).toEqual([]);
});
