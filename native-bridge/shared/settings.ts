import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { dataFolder } from '../../src/processes/data-folder.ts';
import { type Obstacle, policy } from './contract.ts';
import { messageOf } from './message-of.ts';

/** Hexadecimal, as lists of USB ids have it: `1209` or `0x1209`. */
const usbId = z
  .string()
  .regex(/^(0x)?[0-9a-f]{4}$/i, 'expected four hexadecimal digits, for example "1209"')
  .transform((text) => Number.parseInt(text.replace(/^0x/i, ''), 16));

const usbIds = z.strictObject({ vendorId: usbId, productId: usbId });
export type UsbIds = z.infer<typeof usbIds>;

const hidIds = usbIds.extend({
  /** Of one report, as the device's descriptor declares it, without a report id. */
  reportBytes: z.int().min(8).max(1024).default(64),
});
export type HidIds = z.infer<typeof hidIds>;

/**
 * Of this computer's accelerators: the file `accelerators.json` in the data folder. `docs/
 * accelerators.md` explains each member. The default ids are those that pid.codes has set aside for
 * testing; a maker's device has its own.
 */
const settingsFile = z.strictObject({
  usb: z.array(usbIds).default([{ vendorId: 0x1209, productId: 0x0001 }]),
  hid: z.array(hidIds).default([{ vendorId: 0x1209, productId: 0x0002, reportBytes: 64 }]),
  /** The clinic's own Python, in which BrainChip's runtime is installed. */
  akidaPython: z.string().min(1).optional(),
  /** What reads after a start. The station writes it when a person chooses. */
  policy: policy.default('device-first'),
  /** One image in how many is run on the emulator too. */
  shadowEvery: z.int().min(1).max(10_000).default(20),
});
export type AcceleratorSettings = z.infer<typeof settingsFile>;

export const defaultSettings: AcceleratorSettings = settingsFile.parse({});

export interface ReadSettings {
  readonly file: string;
  readonly settings: AcceleratorSettings;
  /** Why the file is not followed, if so. */
  readonly obstacle: Obstacle | undefined;
}

/** The settings in the file; the defaults where there is none, or it is wrong. Never throws. */
export function readSettings(folder: string = dataFolder()): ReadSettings {
  const file = path.join(folder, 'accelerators.json');
  if (!existsSync(file)) return { file, settings: defaultSettings, obstacle: undefined };
  try {
    const parsed = settingsFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (parsed.success) return { file, settings: parsed.data, obstacle: undefined };
    const [issue] = parsed.error.issues;
    const where = issue?.path.length ? `"${issue.path.join('.')}": ` : '';
    return refused(file, `${where}${issue?.message ?? 'it is not valid'}`);
  } catch (error) {
    return refused(file, messageOf(error));
  }
}

function refused(file: string, reason: string): ReadSettings {
  const obstacle: Obstacle = {
    id: 'settings',
    link: null,
    label: 'accelerators.json',
    problem: `${file} is not followed, the defaults are: ${reason}.`,
    remedy: 'Correct the file, then search for devices again.',
  };
  return { file, settings: defaultSettings, obstacle };
}
