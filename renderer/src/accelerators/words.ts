import type { AcceleratorIncident } from '../../../src/clinic/entities/index.ts';
import { locale, t } from '../../../src/language/index.ts';
import type {
  AcceleratorStatus,
  DeviceStatus,
  ExactnessCheck,
  LinkKind,
  Notice,
  Policy,
} from '../../../src/station/contract/index.ts';

export const stateNames: Record<AcceleratorStatus['state'], string> = {
  starting: t('Starting'),
  ready: t('Ready'),
  busy: t('Reading'),
  failed: t('Failed'),
};

export const linkNames: Record<LinkKind, string> = {
  usb: 'USB',
  hid: 'HID',
  pcie: t('PCIe'),
  pipe: t('Program on this computer'),
};

const generationNames: Readonly<Record<string, string>> = {
  'quantized-onnx': t('Quantized ONNX as it is'),
  'akida-1': t('Akida 1.0'),
  'akida-2': t('Akida 2.0'),
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
  const compared =
    images === 1 ? '1 image' : t('{images} images', { images: images.toLocaleString(locale()) });
  if (mismatches === 0) return t('{compared}, identical results', { compared });
  return `${compared}, ${mismatches === 1 ? t('1 wrong count') : t('{mismatches} wrong counts', { mismatches })}`;
}

export const incidentNames: Record<AcceleratorIncident['kind'], string> = {
  'set-aside': t('Set aside'),
  fallback: t('Stopped working'),
  reattached: t('Back'),
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
  return mj < 0.1
    ? t('{mj} µJ', { mj: (mj * 1000).toFixed(0) })
    : t('{mj} mJ', { mj: mj.toFixed(mj < 10 ? 2 : 1) });
}

export function formatMemory(kib: number): string {
  return kib >= 1024
    ? t('{kib} MiB', { kib: (kib / 1024).toFixed(kib % 1024 === 0 ? 0 : 1) })
    : t('{kib} KiB', { kib });
}
