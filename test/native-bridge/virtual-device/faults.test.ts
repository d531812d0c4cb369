import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ByteLink } from '../../../native-bridge/links/link.ts';
import {
  type FaultName,
  type FaultPlan,
  FaultyLink,
} from '../../../native-bridge/virtual-device/faults.ts';

const frame = Uint8Array.from({ length: 100 }, (_, at) => at);
const next = Uint8Array.of(200, 201, 202);
const seeds = Array.from({ length: 20 }, (_, seed) => seed + 1);

/** A link under this plan, and what of it reached the host. */
function under(plan: Partial<FaultPlan> & { name: FaultName }) {
  const arrived: Uint8Array[] = [];
  const close = vi.fn();
  const link: ByteLink = {
    write: (bytes) => arrived.push(Uint8Array.from(bytes)),
    onBytes: () => {},
    onClose: () => {},
    close,
  };
  return { faulty: new FaultyLink(link, { during: 'infer', ...plan }), arrived, close };
}

afterEach(() => void vi.useRealTimers());

describe('an answer that a fault strikes', () => {
  it.each([
    ['unplug', 1],
    ['stall', 0],
  ] as const)('by "%s" ends in the middle, at another byte each time', (name, closed) => {
    const lengths = seeds.map((seed) => {
      const { faulty, arrived, close } = under({ name, seed });
      faulty.send(frame, name);
      expect(close).toHaveBeenCalledTimes(closed);
      if (name === 'stall') faulty.send(next);
      const [begun = frame, ...more] = arrived;
      expect(more).toEqual([]);
      expect(begun).toEqual(frame.subarray(0, begun.length));
      return begun.length;
    });
    expect(Math.max(...lengths)).toBeLessThan(frame.length);
    expect(new Set(lengths).size).toBeGreaterThan(10);
  });

  it('by "garbage" comes whole behind up to 200 random bytes', () => {
    const lengths = seeds.map((seed) => {
      const { faulty, arrived } = under({ name: 'garbage', seed });
      faulty.send(frame, 'garbage');
      expect(arrived[1]).toEqual(frame);
      expect(arrived).toHaveLength(2);
      return arrived[0]?.length ?? 0;
    });
    expect(Math.min(...lengths)).toBeGreaterThan(0);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(200);
    expect(Math.max(...lengths)).toBeGreaterThan(100);
  });

  it('by "wrong-crc" has one wrong bit, anywhere', () => {
    const places = seeds.map((seed) => {
      const { faulty, arrived } = under({ name: 'wrong-crc', seed });
      faulty.send(frame, 'wrong-crc');
      const [damaged = frame] = arrived;
      const wrong = [...damaged].flatMap((byte, at) => {
        const bits = byte ^ (frame[at] ?? 0);
        return bits === 0 ? [] : [{ at, bits }];
      });
      expect(wrong).toHaveLength(1);
      expect([1, 2, 4, 8, 16, 32, 64, 128]).toContain(wrong[0]?.bits);
      return wrong[0]?.at;
    });
    expect(new Set(places).size).toBeGreaterThan(10);
    expect(frame[99]).toBe(99);
  });

  it('by "duplicate" comes twice', () => {
    const { faulty, arrived } = under({ name: 'duplicate' });
    faulty.send(frame, 'duplicate');
    expect(arrived).toEqual([frame, frame]);
  });

  it('by "reorder" comes behind the next one, or alone after a while, and once', () => {
    vi.useFakeTimers();
    const { faulty, arrived } = under({ name: 'reorder' });
    faulty.send(frame, 'reorder');
    expect(arrived).toEqual([]);
    faulty.send(next);
    expect(arrived).toEqual([next, frame]);
    vi.advanceTimersByTime(1_000);
    faulty.send(frame, 'reorder');
    expect(arrived).toHaveLength(2);
    vi.advanceTimersByTime(1_000);
    expect(arrived).toEqual([next, frame, frame]);
  });

  it('by "slow" comes when its time is over', () => {
    vi.useFakeTimers();
    const { faulty, arrived } = under({ name: 'slow', slowMs: 700 });
    faulty.send(frame, 'slow');
    vi.advanceTimersByTime(699);
    expect(arrived).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(arrived).toEqual([frame]);
  });
});

describe('a plan', () => {
  it('strikes its kind of request alone, after as many and as often as it says', () => {
    const { faulty } = under({ name: 'stuck', after: 2, times: 3 });
    expect(faulty.strikes('telemetry')).toBeUndefined();
    const struck = Array.from({ length: 7 }, () => faulty.strikes('infer'));
    const [never, stuck] = [undefined, 'stuck'];
    expect(struck).toEqual([never, never, stuck, stuck, stuck, never, never]);
    const always = under({ name: 'stuck' }).faulty;
    expect(always.strikes('infer')).toBe('stuck');
  });

  it('by bytes strikes no answer, and lets exactly so many of either way through', () => {
    const closing = vi.spyOn(globalThis, 'setImmediate');
    onTestFinished(() => closing.mockRestore());
    const { faulty, arrived } = under({ name: 'stall', atByte: 106 });
    expect(faulty.strikes('infer')).toBeUndefined();
    expect(faulty.received(next)).toEqual(next);
    faulty.send(frame);
    faulty.send(Uint8Array.of(1, 2, 3, 4));
    faulty.send(next);
    expect(arrived).toEqual([frame, Uint8Array.of(1, 2, 3)]);
    expect(faulty.received(next)).toEqual(new Uint8Array());
    expect(closing).not.toHaveBeenCalled();
  });

  it('by bytes that unplugs closes the link once what came before is written', () => {
    vi.useFakeTimers({ toFake: ['setImmediate'] });
    const { faulty, arrived, close } = under({ name: 'unplug', atByte: 10 });
    faulty.send(frame);
    expect(arrived).toEqual([frame.subarray(0, 10)]);
    expect(close).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(close).toHaveBeenCalledOnce();
  });
});
