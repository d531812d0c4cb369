import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { look, ownMemoryMib, watchProcess, withinMemory } from '../../src/imaging/memory.ts';

const clocks = { toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] } as const;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe.skipIf(process.platform !== 'linux')('a process, as another one sees it', () => {
  let child: ChildProcess;
  let pid: number;
  beforeAll(async () => {
    child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e6)']);
    pid = child.pid ?? 0;
    // It is there, and stopped it holds as much as it did.
    await once(child.stdout ?? child, 'data');
    expect(look(pid)).toMatchObject({ isStopped: false });
    child.kill('SIGSTOP');
    await vi.waitUntil(() => look(pid).isStopped, { timeout: 30_000 });
  });
  afterAll(() => void child.kill('SIGKILL'));

  const kibibytes = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

  test('holds so many kibibytes, of which a MiB has 1024', () => {
    expect(kibibytes()).toBeGreaterThan(10_000);
    expect(look(pid).residentMib).toBe(kibibytes() / 1024);
  });

  test.each([
    [-1, 'exceeded'],
    [0, 'stopped'],
  ])(
    'outgrows a limit that is other by %i kibibytes, or is found to be stopped',
    async (by, what) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      const end = watchProcess(() => pid, (kibibytes() + by) / 1024, {
        exceeded: () => resolve('exceeded'),
        stopped: () => resolve('stopped'),
      });
      expect(await promise).toBe(what);
      end();
    },
  );

  test('is called stopped once, when it was so for a second without a break', () => {
    vi.useFakeTimers({ toFake: [...clocks.toFake] });
    const told: string[] = [];
    let watched = pid;
    const end = watchProcess(() => watched, 1e6, {
      exceeded: () => told.push('exceeded'),
      stopped: () => told.push('stopped'),
    });
    vi.advanceTimersByTime(999);
    watched = process.pid;
    vi.advanceTimersByTime(101);
    watched = pid;
    vi.advanceTimersByTime(999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['stopped']);
    vi.advanceTimersByTime(5000);
    expect(told).toEqual(['stopped']);
    end();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that is gone, or that was never there, holds nothing', () => {
    const nothing = { residentMib: 0, isStopped: false };
    expect([look(undefined), look(2 ** 31 - 1)]).toEqual([nothing, nothing]);
  });
});

describe('a process tells how much it holds', () => {
  const onSystem = (name: NodeJS.Platform) =>
    vi.spyOn(process, 'platform', 'get').mockReturnValue(name);

  test('where no other one can see it, and there none looks', () => {
    onSystem('darwin');
    vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(90.5 * 2 ** 20);
    expect(ownMemoryMib()).toBe(90.5);
    vi.useFakeTimers({ toFake: [...clocks.toFake] });
    const end = watchProcess(() => process.pid, 0, { exceeded: () => {}, stopped: () => {} });
    expect(vi.getTimerCount()).toBe(0);
    end();
  });

  test('but where it may not look itself', () => {
    onSystem('linux');
    expect(ownMemoryMib()).toBeNull();
  });
});

describe('work in a decoder', () => {
  test('is done within its memory', async () => {
    expect(await withinMemory('a.jpg', 100_000, async () => 'done')).toBe('done');
  });

  test.each([
    [0, 'done'],
    [1, 'decode-memory'],
  ])('that held %i KiB more than the limit at its most is %s', async (more, outcome) => {
    vi.useFakeTimers({ toFake: [...clocks.toFake] });
    const usage = { ...process.resourceUsage(), maxRSS: 100 * 1024 + more };
    vi.spyOn(process, 'resourceUsage').mockReturnValue(usage);
    const { promise, resolve } = Promise.withResolvers<string>();
    const work = withinMemory('a.jpg', 100, () => promise).catch(({ code }) => code);
    await vi.advanceTimersByTimeAsync(10_000);
    resolve('done');
    expect(await work).toBe(outcome);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is given up beyond it, though it goes on', async () => {
    await expect(withinMemory('a.jpg', 1, () => new Promise(() => {}))).rejects.toMatchObject({
      code: 'decode-memory',
      message: expect.stringContaining('a.jpg needs more than 1 MiB of memory'),
    });
  });
});
