import { expect, test } from 'vitest';
import {
  attestation,
  bridgeContract,
  checksKept,
  energyPerImage,
  inferenceResult,
  networkInfo,
  power,
} from '../../../native-bridge/shared/contract.ts';

test('a device may say that it takes no power, and not that it takes less', () => {
  const isTaken = (mw: number, periodMs: number) => power.safeParse({ mw, periodMs }).success;
  expect([isTaken(0, 0), isTaken(-0.1, 0), isTaken(0, -1), isTaken(0, 0.5)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

const sha256 = 'a'.repeat(64);

test('a network has a name of one to two hundred characters', () => {
  const isTaken = (name: string) =>
    bridgeContract.load.input.safeParse({ name, sha256, file: new Uint8Array(1) }).success;
  expect([0, 1, 200, 201].map((length) => isTaken('n'.repeat(length)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('an image may name its reading, in sixty-four characters', () => {
  const isTaken = (reading: string | undefined) => {
    const request = { networkSha256: sha256, image: new Uint8Array(1), priority: 'archive' };
    return bridgeContract.infer.input.safeParse({ ...request, reading }).success;
  };
  const readings = [undefined, '', 'r'.repeat(64), 'r'.repeat(65)];
  expect(readings.map(isTaken)).toEqual([true, true, true, false]);
});

test('a device tells twenty of its checks, and no more', () => {
  const check = { at: '2026-01-01T00:00:00.000Z', cause: 'test', networkSha256: sha256 };
  const isTaken = (length: number) =>
    attestation.safeParse({
      state: 'attested',
      at: null,
      images: 1,
      mismatches: 0,
      history: Array(length).fill({ ...check, images: 1, mismatches: 0 }),
      shadowed: 0,
    }).success;
  expect(checksKept).toBe(20);
  expect([0, 20, 21].map(isTaken)).toEqual([true, true, false]);
});

test('time and energy of an image may be nought, and not less; sizes are whole', () => {
  const accelerator = { kind: 'device', name: 'Reader', version: '1' };
  const result = (durationMs: number) =>
    inferenceResult.safeParse({ spikeCounts: new Int32Array(1), accelerator, durationMs }).success;
  const energy = (mj: number) => energyPerImage.safeParse({ mj, basis: 'measured' }).success;
  for (const isTaken of [result, energy])
    expect([isTaken(0), isTaken(0.5), isTaken(-0.5)]).toEqual([true, true, false]);
  const shape = (inputShape: number[]) =>
    networkInfo.safeParse({ inputShape, spikeCount: 1, macs: 1 }).success;
  expect([shape([3, 8, 8]), shape([3, 8]), shape([3, 8, 0.5])]).toEqual([true, false, false]);
});
