import { expect, test } from 'vitest';
import { Readings } from '../../../native-bridge/supervision/readings.ts';
import { recordImages, Shadow } from '../../../native-bridge/supervision/shadow.ts';
import { Tally } from '../../../native-bridge/supervision/tally.ts';
import { CountingDevice, CountingReference } from './counting-device.ts';

const networkSha256 = 'a'.repeat(64);
const givenAt = '2026-01-01T00:00:00.000Z';
const reader = (isDevice: boolean) => ({ isDevice, tally: new Tally() });

/** A device's shadow that draws the last of what it may choose from, and how many those were. */
function shadowed() {
  const device = new CountingDevice('device');
  const reference = new CountingReference('reference');
  const choices: number[] = [];
  const shadow = new Shadow(device, reference, { below: (end) => choices.push(end) && end - 1 });
  const answered = (value: number) => ({
    networkSha256,
    image: Uint8Array.of(value),
    inference: { spikeCounts: Int32Array.of(value), durationMs: 1 },
    givenAt,
  });
  return { device, reference, shadow, answered, choices };
}

test('the images of one name are one picture, which counts when the last of them is answered', () => {
  const readings = new Readings();
  const device = reader(true);
  const parts = [1, 2, 3].map(() => readings.begin('one'));
  expect(new Set(parts.map(({ reading }) => reading)).size).toBe(1);
  for (const [at, { reading, end }] of parts.entries()) {
    expect(device.tally.completed).toBe(0);
    reading.answeredBy(device, 10 * (at + 1));
    end(true);
  }
  expect(device.tally.completed).toBe(1);
  expect(device.tally.medianMs).toBe(60);
  expect(device.tally.viewsPerImage).toBe(3);
});

test('an image without a name is a reading by itself, and so is one of a name that is over', () => {
  const readings = new Readings();
  const emulator = reader(false);
  const [first, second] = [readings.begin(undefined), readings.begin(undefined)];
  expect(first.reading).not.toBe(second.reading);
  const named = readings.begin('one');
  expect(readings.begin('other').reading).not.toBe(named.reading);
  named.reading.answeredBy(emulator, 5);
  named.end(true);
  const again = readings.begin('one');
  expect(again.reading).not.toBe(named.reading);
  again.reading.answeredBy(emulator, 7);
  again.end(true);
  first.reading.answeredBy(emulator, 9);
  first.end(true);
  expect(emulator.tally.completed).toBe(3);
  expect(emulator.tally.medianMs).toBe(7);
  expect(emulator.tally.viewsPerImage).toBe(1);
});

test('a picture of which an image is not answered was not read, whichever it is', () => {
  for (const answers of [
    [false, true],
    [true, false],
  ]) {
    const readings = new Readings();
    const device = reader(true);
    const parts = answers.map(() => readings.begin('one'));
    for (const [at, { reading, end }] of parts.entries()) {
      reading.answeredBy(device, 5);
      end(answers[at] === true);
    }
    expect(device.tally.completed).toBe(0);
  }
});

test('a picture counts for the device if one took part, first or last, and for the first of two devices', () => {
  const [emulator, device, other] = [reader(false), reader(true), reader(true)];
  for (const readers of [
    [emulator, device],
    [device, emulator],
    [device, other],
  ]) {
    const readings = new Readings();
    const parts = readers.map(() => readings.begin('one'));
    for (const [at, { reading, end }] of parts.entries()) {
      reading.answeredBy(readers[at] ?? emulator, 5);
      end(true);
    }
  }
  const completed = [emulator, device, other].map(({ tally }) => tally.completed);
  expect(completed).toEqual([0, 3, 0]);
});

test('of a reading by a device without a record one image is compared, whichever, when it is over', async () => {
  const { device, reference, shadow, answered, choices } = shadowed();
  const readings = new Readings();
  const parts = [7, 8, 9].map((value) => ({ value, ...readings.begin('one') }));
  const compared: number[] = [];
  const compare = reference.infer.bind(reference);
  reference.infer = async (batch) => {
    compared.push(...batch.images.map(([value = 0]) => value));
    return compare(batch);
  };
  for (const { value, reading, end } of parts) {
    expect(compared).toEqual([]);
    reading.toCompare(shadow, answered(value));
    end(true);
  }
  expect(choices).toEqual([3]);
  expect(compared).toEqual([9]);
  await expect.poll(() => device.record.shadowed).toBe(1);
});

test('a device with a record has none that must be compared', () => {
  const { device, shadow, answered, choices } = shadowed();
  const at = givenAt;
  const images = recordImages;
  device.record.add({ at, cause: 'shadow', networkSha256, images, mismatches: 0 }, givenAt);
  const { reading, end } = new Readings().begin('one');
  reading.toCompare(shadow, answered(1));
  end(true);
  expect(choices).toEqual([]);
});
