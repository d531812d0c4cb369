import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { patientDetails } from '../../clinic/entities/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import { usualRounds } from './rounds.ts';

/** Between a save and the next one. */
const everyMs = 5;

export interface Meanwhile<T> {
  readonly result: T;
  /** Of each save, from the moment that it was wanted until it was on the disk. */
  readonly waitsMs: readonly number[];
  /**
   * The longest for which this thread had the processor between two saves, the saving included: other programs do
   * not lengthen it.
   */
  readonly longestHoldMs: number;
}

/** Enrols somebody every few milliseconds until `work`, which shares the thread, is done. */
export async function whileSaving<T>(
  store: ClinicStore,
  work: () => Promise<T>,
): Promise<Meanwhile<T>> {
  const { now, cpu } = usualRounds;
  const waitsMs: number[] = [];
  let longestHoldMs = 0;
  let isDone = false;
  const saving = async () => {
    while (!isDone) {
      const [wanted, cpuBefore] = [now() + everyMs, cpu()];
      await pause(everyMs);
      // No two are alike: lists of doubles would grow with their square.
      const familyName = randomBytes(8).toString('hex');
      store.patients.enrol(patientDetails.parse({ familyName }));
      waitsMs.push(now() - wanted);
      longestHoldMs = Math.max(longestHoldMs, cpu() - cpuBefore);
    }
  };
  const working = async () => {
    try {
      return await work();
    } finally {
      isDone = true;
    }
  };
  const [, result] = await Promise.all([saving(), working()]);
  return { result, waitsMs, longestHoldMs };
}
