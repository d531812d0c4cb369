import { describe, expect, it } from 'vitest';
import { AttestationRecord } from '../../../native-bridge/accelerators/attestation-record.ts';
import { Energy } from '../../../native-bridge/accelerators/energy.ts';
import { libraryObstacle, permissionRemedy } from '../../../native-bridge/discovery/obstacles.ts';
import { Tally } from '../../../native-bridge/supervision/tally.ts';

const networkSha256 = 'a'.repeat(64);

describe('the energy of an image', () => {
  it('is what the device counted, on an average that follows it', () => {
    const energy = new Energy();
    expect(energy.perImage(900)).toBeNull();
    energy.add(4, 8_000, 4_000);
    expect(energy.durationMs).toBe(2);
    expect(energy.perImage(900)).toEqual({ mj: 1, basis: 'measured' });
    for (let batch = 0; batch < 1_000; batch++) energy.add(10, 20_000, 30_000);
    expect(energy.perImage(undefined)?.mj).toBeCloseTo(3, 1);
  });

  it('is estimated from power and time where it is not counted, and unknown without power', () => {
    const energy = new Energy();
    energy.add(2, 4_000, undefined);
    expect(energy.perImage(500)).toEqual({ mj: 1, basis: 'estimated' });
    expect(energy.perImage(undefined)).toBeNull();
  });
});

describe('the tally of an accelerator', () => {
  it('counts the images of the last half minute a second, and none when they are older', () => {
    let now = 0;
    const tally = new Tally(() => now);
    expect(tally.imagesPerSecond).toBeNull();
    for (let image = 0; image < 11; image++) {
      now = image * 500;
      tally.add(image, 8);
    }
    expect(tally.imagesPerSecond).toBeCloseTo(2);
    expect(tally.viewsPerImage).toBe(8);
    expect(tally.medianMs).toBe(5);
    now += 30_000;
    // The last one alone is half a minute old.
    expect(tally.imagesPerSecond).toBeNull();
    now += 1_000;
    expect(tally.imagesPerSecond).toBeNull();
    expect(tally.completed).toBe(11);
  });
});

describe('the tally of many images', () => {
  it('goes by the last hundred and one of them', () => {
    let now = 0;
    const tally = new Tally(() => now);
    expect([tally.completed, tally.viewsPerImage, tally.medianMs]).toEqual([0, 1, null]);
    for (let image = 1; image <= 400; image++) {
      now += image <= 200 ? 10 : 100;
      tally.add(image <= 299 ? 1_000 : image, image % 2 ? 1 : 4);
    }
    // Of 300 … 400 the one in the middle.
    expect(tally.medianMs).toBe(350);
    expect(tally.imagesPerSecond).toBeCloseTo(10, 9);
    expect([tally.completed, tally.viewsPerImage]).toEqual([400, 2.5]);
  });

  it('has the larger of the two in the middle, and a rate from two instants on', () => {
    let now = 5;
    const tally = new Tally(() => now);
    for (const durationMs of [40, 10, 30, 20]) tally.add(durationMs, 1);
    expect([tally.medianMs, tally.imagesPerSecond]).toEqual([30, null]);
    now = 2_005;
    tally.add(100, 1);
    expect([tally.medianMs, tally.imagesPerSecond]).toEqual([30, 2]);
    now = 30_005;
    expect(tally.imagesPerSecond).toBe(2);
    now = 30_006;
    expect(tally.imagesPerSecond).toBeNull();
  });
});

describe('the record of comparisons', () => {
  const check = (cause: 'load' | 'test' | 'shadow', images: number, mismatches = 0) => ({
    at: '2026-01-01T00:00:00.000Z',
    cause,
    networkSha256,
    images,
    mismatches,
  });

  it('tells a run of shadow checks as one, keeps twenty, and never forgets a wrong one', () => {
    const record = new AttestationRecord();
    expect(record.status()).toMatchObject({ state: 'not-attested', at: null, history: [] });
    record.add(check('load', 8), '2026-01-01T00:00:01.000Z');
    for (let image = 0; image < 5; image++)
      record.add(check('shadow', 1), '2026-01-01T00:00:02.000Z');
    expect(record.status()).toMatchObject({ state: 'attested', images: 8, shadowed: 5 });
    expect(record.status().history.map(({ images }) => images)).toEqual([5, 8]);
    record.add(check('shadow', 1, 2), '2026-01-01T00:00:03.000Z');
    expect(record.trustedSince).toBe('2026-01-01T00:00:01.000Z');
    for (let test = 0; test < 30; test++) record.add(check('test', 8), '2026-01-01T00:00:04.000Z');
    expect(record.status().state).toBe('failed');
    expect(record.status().history).toHaveLength(20);
  });

  it('begins another line with a check of another network, of another kind or with a mismatch', () => {
    const record = new AttestationRecord();
    const lines = () => record.status().history.map(({ cause, images }) => `${cause} ${images}`);
    const at = '2026-01-01T00:00:01.000Z';
    const other = { ...check('shadow', 3), networkSha256: 'b'.repeat(64) };
    for (const each of [check('shadow', 1), check('shadow', 2), other, { ...other, at }])
      record.add(each, at);
    expect(lines()).toEqual(['shadow 6', 'shadow 3']);
    expect(record.status().history[0]?.at).toBe(at);
    record.add(check('test', 8), at);
    record.add(check('test', 8), at);
    record.add(check('shadow', 1, 1), at);
    record.add(check('shadow', 1, 1), at);
    record.add(check('shadow', 1), at);
    record.add(check('shadow', 1), at);
    expect(lines().slice(0, 6)).toEqual([
      'shadow 2',
      'shadow 1',
      'shadow 1',
      'test 8',
      'test 8',
      'shadow 6',
    ]);
    expect(record.shadowed).toBe(13);
  });

  it('is of the last golden images, and attested by none but golden ones', () => {
    const record = new AttestationRecord();
    record.add(check('shadow', 4, 1), '2026-01-01T00:00:01.000Z');
    expect(record.trustedSince).toBeNull();
    expect(record.status()).toMatchObject({ state: 'failed', at: null, images: 0, mismatches: 0 });
    const right = new AttestationRecord();
    right.add(check('shadow', 4), '2026-01-01T00:00:02.000Z');
    expect(right.trustedSince).toBe('2026-01-01T00:00:02.000Z');
    expect(right.status()).toMatchObject({ state: 'not-attested', at: null, shadowed: 4 });
    right.add(check('load', 41), '2026-01-01T00:00:03.000Z');
    right.add({ ...check('test', 40, 3), at: '2026-01-01T00:00:09.000Z' }, '2026');
    expect(right.status()).toMatchObject({
      state: 'failed',
      at: '2026-01-01T00:00:09.000Z',
      images: 40,
      mismatches: 3,
    });
    expect(right.trustedSince).toBe('2026-01-01T00:00:02.000Z');
  });
});

describe('an obstacle', () => {
  it('names the system library that is missing, and the package that has it', () => {
    const error = new Error('libusb-1.0.so.0: cannot open shared object file: No such file');
    expect(libraryObstacle('hid', 'HID devices', error)).toMatchObject({
      id: 'library:hid',
      problem: expect.stringContaining('cannot open shared object file'),
      remedy: expect.stringMatching(/libusb-1\.0\.so\.0 .*libusb-1\.0-0/),
    });
    expect(libraryObstacle('usb', 'USB devices', 'broken').remedy).toBe(
      'Install the program again.',
    );
  });

  it('says on each system how a device may be opened', () => {
    expect(permissionRemedy('linux')).toContain('60-dermaspike.rules');
    expect(permissionRemedy('win32')).toContain('WinUSB');
    expect(permissionRemedy('darwin')).toContain('unplug the device');
  });
});
