import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { diagnostics } from '../../src/station/diagnostics.ts';
import type { StationContext } from '../../src/station/handlers/context.ts';

vi.mock('node:os', { spy: true });
vi.mock('node:fs', { spy: true });

let dataFolder: string;
beforeEach(() => {
  dataFolder = mkdtempSync(path.join(tmpdir(), 'dermaspike-diagnostics-'));
  const processor = (model: string) => ({ model }) as ReturnType<typeof cpus>[number];
  vi.mocked(cpus).mockReturnValue([processor('Lumen 9'), processor('Other')]);
  vi.mocked(availableParallelism).mockReturnValue(7);
  vi.mocked(freemem).mockReturnValue(12.34e9);
  vi.mocked(totalmem).mockReturnValue(98.76e9);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dataFolder, { recursive: true, force: true });
});

const accelerator = (name: string, state: string, completed: number, medianMs: number | null) => ({
  ...{ identity: { name }, state, completed, medianMs },
});
const bridge = {
  overview: () => ({
    accelerators: [
      accelerator('Lumen', 'ready', 3, 12.34),
      accelerator('Spare', 'resting', 0, null),
    ],
    obstacles: [{ label: 'A board without a driver' }],
    policy: 'device-first',
  }),
};
/** The line that begins so. */
function line(begin: string, more: object = {}): string | undefined {
  const session = { isUnlocked: false, isDemo: false };
  const context = { dataFolder, bridge, decoder: { seal: undefined }, session, ...more };
  const said = { version: '1.2.3', network: 'qana-4' };
  return diagnostics(context as unknown as StationContext, said).find((each) =>
    each.startsWith(begin),
  );
}

test('program and computer are told in their own words, in tenths of a billion bytes', () => {
  expect(line('Dermaspike')).toBe('Dermaspike 1.2.3, network qana-4');
  expect(line('Processor')).toBe('Processor: Lumen 9, 7 usable');
  expect(line('Memory')).toBe('Memory: 12.3 of 98.8 GB free');
  const { node, v8 } = process.versions;
  expect(line(process.platform)).toContain(`Node ${node}, V8 ${v8}, Electron none`);
  vi.mocked(cpus).mockReturnValue([]);
  expect(line('Processor')).toBe('Processor: unknown, 7 usable');
});

test('the disk of the data folder is told by what is free for a user, and where it cannot be asked that', () => {
  const disk = { bavail: 5_000_000, bfree: 9_000_000, blocks: 20_000_000, bsize: 4096 };
  vi.mocked(statfsSync).mockReturnValueOnce(disk as ReturnType<typeof statfsSync>);
  expect(line('Disk')).toBe('Disk of the data folder: 20.5 of 81.9 GB free');
  rmSync(dataFolder, { recursive: true });
  expect(line('Disk')).toBe('Disk of the data folder: cannot be looked at');
});

test('the clinic is told by its state and its files’ endings and sizes alone', () => {
  expect(line('Clinic')).toBe('Clinic: locked; files none');
  const clinic = path.join(dataFolder, 'clinic');
  mkdirSync(clinic);
  writeFileSync(path.join(clinic, 'quillfeather.json'), Buffer.alloc(120_000));
  writeFileSync(path.join(clinic, 'clinic.db'), Buffer.alloc(2_560_000));
  const unlocked = { session: { isUnlocked: true, isDemo: true } };
  expect(line('Clinic', unlocked)).toBe(
    'Clinic: unlocked, the demo; files .db 2.6 MB, .json 0.1 MB',
  );
});

test('each accelerator is told with what it did, and what cannot be used, and why what reads', () => {
  expect(line('Accelerator: Lumen')).toBe('Accelerator: Lumen, ready; 3 pictures, median 12.3 ms');
  expect(line('Accelerator: Spare')).toBe('Accelerator: Spare, resting; 0 pictures, median – ms');
  expect(line('Not usable')).toBe('Not usable: A board without a driver');
  expect(line('Policy')).toBe('Policy: device-first');
});

test.each([
  [undefined, 'not started yet'],
  [{ calls: false, files: false }, 'not sealed'],
  [{ calls: true, files: false }, 'kept by the system from sockets, programs and other processes'],
  [{ calls: false, files: true }, 'kept by the system from all files but the program’s'],
  [
    { calls: true, files: true },
    'kept by the system from sockets, programs and other processes and all files but the program’s',
  ],
])('what the image decoder is kept from is told: %j', (seal, text) => {
  expect(line('Image decoder', { decoder: { seal } })).toBe(`Image decoder: ${text}`);
});
