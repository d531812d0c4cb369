import { expect, test } from 'vitest';
import type { BridgeClient, InferenceResult } from '../../native-bridge/client/client.ts';
import type { ShippedModel } from '../../src/clinic/model.ts';
import { LesionReader } from '../../src/clinic/reader.ts';
import type { Head } from '../../src/snn/index.ts';

const emulator = { kind: 'emulator', name: 'Emulator', version: '1' } as const;
const device = { kind: 'device', name: 'Chip', version: '2' } as const;

/** One feature, the summed counts; logits are it and nothing. */
function headWith(views: Head['views']): Head {
  return {
    name: 'head',
    networkSha256: '0'.repeat(64),
    classes: [
      { code: 'mel', name: 'mel', gravity: 'malignant' },
      { code: 'nv', name: 'nv', gravity: 'benign' },
    ],
    featureScale: Float64Array.of(1 / views),
    featureOffset: Float64Array.of(0),
    squeezeExcitation: {
      reduce: { rows: 1, columns: 1, weights: Float64Array.of(0), bias: Float64Array.of(0) },
      expand: { rows: 1, columns: 1, weights: Float64Array.of(0), bias: Float64Array.of(0) },
    },
    classifier: {
      rows: 2,
      columns: 1,
      weights: Float64Array.of(1, 0),
      bias: Float64Array.of(0, 0),
    },
    temperature: 1,
    priorAdjustment: new Float64Array(2),
    views,
    calibration: null,
    licence: 'x',
  };
}

/** Counts the first pixel of what it is given; the second image, and it alone, on a device. */
function readerWith(views: Head['views']) {
  const images: Uint8Array[] = [];
  const bridge = {
    load: async () => ({}),
    infer: async (_sha256: string, image: Uint8Array): Promise<InferenceResult> => {
      images.push(image);
      return {
        spikeCounts: Int32Array.of(image[0] ?? 0),
        accelerator: images.length === 2 ? device : emulator,
        durationMs: 2,
      };
    },
  } as unknown as BridgeClient;
  const model = { name: 'network', sha256: '0'.repeat(64), head: headWith(views), inputSizePx: 2 };
  return { images, reader: new LesionReader(bridge, model as ShippedModel) };
}

/** Corners 1 2 / 3 4 of each of three channels: each corner comes first in two of eight views. */
const tensor = Uint8Array.of(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4);

test('sums the spike counts of all views that the head asks for, and their times', async () => {
  const { reader, images } = readerWith(8);
  const reading = await reader.read(tensor);
  expect(images).toHaveLength(8);
  expect(reading.spikeCounts).toEqual(Int32Array.of(2 * (1 + 2 + 3 + 4)));
  expect(reading.durationMs).toBe(16);
  expect(reading.advice).toBeNull();
});

test('a reading to which a device contributed is the device’s', async () => {
  expect((await readerWith(8).reader.read(tensor)).accelerator).toEqual(device);
  expect((await readerWith(1).reader.read(tensor)).accelerator).toEqual(emulator);
});

test('a head of two views is given the image upright and turned, no more', async () => {
  const { reader, images } = readerWith(2);
  const { spikeCounts } = await reader.read(tensor);
  expect(images.map(([first]) => first)).toEqual([1, 2]);
  expect(spikeCounts).toEqual(Int32Array.of(1 + 2));
});

test('a head of one view is given the image alone', async () => {
  const { reader, images } = readerWith(1);
  expect((await reader.read(tensor)).spikeCounts).toEqual(Int32Array.of(1));
  expect(images).toEqual([tensor]);
});
