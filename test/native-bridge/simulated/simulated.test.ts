import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lacks } from '../../requirements.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
const products = { usb: '0001', hid: '0002' };

const report = z.object({
  seen: z.array(z.string()),
  incidents: z.array(z.string()),
  submitted: z.int(),
  answered: z.int(),
  doubled: z.int(),
  wrong: z.int(),
  fellBack: z.int(),
  slowestFallbackMs: z.number(),
});

/** What the bridge sees of a device on a simulated port, through the libraries that it ships with. */
async function simulate(
  kind: 'usb' | 'hid',
  scenario: 'hot-plug' | 'stall' | 'inexact',
  { times = 1, options = [] }: { times?: number; options?: readonly string[] } = {},
): Promise<z.infer<typeof report>> {
  const host = [process.execPath, path.join(here, 'host.ts'), kind, scenario, String(times)];
  const { stdout } = await run('umockdev-wrapper', [
    '/usr/bin/python3',
    path.join(here, 'simulate.py'),
    kind,
    '1209',
    products[kind],
    ...options,
    '--',
    ...host,
  ]);
  return report.parse(JSON.parse(stdout));
}

describe.skipIf(lacks('umockdev', 'accelerators on simulated USB and HID ports'))(
  'an accelerator on a simulated port, under the real library',
  () => {
    it.each(['usb', 'hid'] as const)(
      'is found on %s when it is plugged in, and unplugged under load costs and doubles nothing',
      async (kind) => {
        const times = 10;
        const seen = await simulate(kind, 'hot-plug', { times });
        expect(seen.seen.slice(0, 2)).toEqual(['nothing', kind]);
        expect(seen.seen).toContain('device');
        expect(seen.incidents).toEqual(
          Array.from({ length: times }, () => ['fallback', 'reattached']).flat(),
        );
        expect(seen).toMatchObject({ answered: seen.submitted, doubled: 0, wrong: 0 });
        expect(seen.fellBack).toBeGreaterThan(0);
        expect(seen.slowestFallbackMs).toBeLessThan(1_000);
      },
    );

    it('goes on after its USB endpoints have stalled', async () => {
      const seen = await simulate('usb', 'stall', { times: 3 });
      expect(seen.incidents).toEqual([]);
      expect(seen).toMatchObject({ answered: seen.submitted, doubled: 0, wrong: 0 });
      expect(seen.seen).toContain('device');
    });

    it.each(['usb', 'hid'] as const)('is set aside on %s for one flipped bit', async (kind) => {
      const seen = await simulate(kind, 'inexact', { options: ['--fault', 'flipped-bit'] });
      expect(seen).toMatchObject({ incidents: ['set-aside'], answered: 3, wrong: 0 });
    });
  },
);
