import type { AcceleratorIncident } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type {
  AcceleratorStatus,
  DeviceStatus,
  ExactnessCheck,
  LinkKind,
  Notice,
  Policy,
} from '../../../src/station/contract/index.ts';
import { countText } from '../wording/counts.ts';
import { fixedText } from '../wording/numbers.ts';

export const stateNames: Record<AcceleratorStatus['state'], string> = {
  starting: t('Starting'),
  ready: t('Ready'),
  busy: t('{of, select, accelerator {Reading} other {}}', { of: 'accelerator' }),
  failed: t('Failed'),
};

export const linkNames: Record<LinkKind, string> = {
  usb: 'USB',
  hid: 'HID',
  pcie: 'PCIe',
  pipe: t('Program on this computer'),
};

const generationNames: Readonly<Record<string, string>> = {
  'quantized-onnx': t('Quantized ONNX as it is'),
  'akida-1': 'Akida 1.0',
  'akida-2': 'Akida 2.0',
};
export const generationName = (generation: string): string =>
  generationNames[generation] ?? generation;

export const policyNames: Record<Policy, string> = {
  'device-first': t('Devices first'),
  'emulator-only': t('Emulator only'),
  'compare-both': t('Compare both'),
};
export const policyExplanations: Record<Policy, string> = {
  'device-first': t(
    'A device reads where there is one, and the emulator while it is full. One image in twenty, drawn at random, is read by both and compared.',
  ),
  'emulator-only': t('No device reads, also where there is one.'),
  'compare-both': t(
    'A device and the emulator read each image, and only what both agree on is shown. Slower.',
  ),
};

export const attestationNames: Record<DeviceStatus['attestation']['state'], string> = {
  attested: t('Identical results'),
  'not-attested': t('Not checked yet'),
  failed: t('Differing results'),
};

export const checkNames: Record<ExactnessCheck['cause'], string> = {
  load: t('Test images, at loading'),
  test: t('Test images, on request'),
  shadow: t('Images of the clinic'),
};

export function checkResult({ images, mismatches }: ExactnessCheck): string {
  const compared = countText(images, 'image');
  return mismatches === 0
    ? t('{images}, identical results', { images: compared })
    : t('{images}, {mismatches, plural, one {# wrong count} other {# wrong counts}}', {
        images: compared,
        mismatches,
      });
}

export const incidentNames: Record<AcceleratorIncident['kind'], string> = {
  'set-aside': t('Set aside'),
  fallback: t('Stopped working'),
  reattached: t('Back again'),
  'bridge-restarted': t('Bridge restarted'),
  'emulator-in-station': t('Bridge given up'),
};

/** What a person must know at once; the page tells the rest. */
export function noticeText({ kind, name }: Notice): string {
  switch (kind) {
    case 'set-aside':
      return t('{name} was set aside because a result was wrong. The emulator reads instead.', {
        name,
      });
    case 'fallback':
      return t('{name} stopped working. The emulator reads instead.', { name });
    case 'emulator-in-station':
      return t('The device bridge keeps stopping. The emulator reads, without devices.');
  }
}

export function formatEnergy(mj: number): string {
  return mj < 0.1 ? `${fixedText(mj * 1000, 0)} µJ` : `${fixedText(mj, mj < 10 ? 2 : 1)} mJ`;
}

export function formatMemory(kib: number): string {
  return kib >= 1024 ? `${fixedText(kib / 1024, kib % 1024 === 0 ? 0 : 1)} MiB` : `${kib} KiB`;
}
