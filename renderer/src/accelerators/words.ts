import type { AcceleratorIncident } from '../../../src/clinic/entities/index.ts';
import type {
  AcceleratorStatus,
  DeviceStatus,
  ExactnessCheck,
  LinkKind,
  Notice,
  Policy,
} from '../../../src/station/contract/index.ts';

export const stateNames: Record<AcceleratorStatus['state'], string> = {
  starting: 'Starting',
  ready: 'Ready',
  busy: 'Reading',
  failed: 'Failed',
};

export const linkNames: Record<LinkKind, string> = {
  usb: 'USB',
  hid: 'HID',
  pcie: 'PCIe',
  pipe: 'Program on this computer',
};

const generationNames: Readonly<Record<string, string>> = {
  'quantized-onnx': 'Quantized ONNX as it is',
  'akida-1': 'Akida 1.0',
  'akida-2': 'Akida 2.0',
};
export const generationName = (generation: string): string =>
  generationNames[generation] ?? generation;

export const policyNames: Record<Policy, string> = {
  'device-first': 'Devices first',
  'emulator-only': 'Emulator only',
  'compare-both': 'Compare both',
};
export const policyExplanations: Record<Policy, string> = {
  'device-first':
    'A device reads where there is one, and the emulator while it is full. One image in twenty, drawn at random, is read by both and compared.',
  'emulator-only': 'No device reads, also where there is one.',
  'compare-both':
    'A device and the emulator read each image, and only what both agree on is shown. Slower.',
};

export const attestationNames: Record<DeviceStatus['attestation']['state'], string> = {
  attested: 'Identical results',
  'not-attested': 'Not checked yet',
  failed: 'Differing results',
};

export const checkNames: Record<ExactnessCheck['cause'], string> = {
  load: 'Test images, at loading',
  test: 'Test images, on request',
  shadow: 'Images of the clinic',
};

export function checkResult({ images, mismatches }: ExactnessCheck): string {
  const compared = images === 1 ? '1 image' : `${images.toLocaleString()} images`;
  if (mismatches === 0) return `${compared}, identical results`;
  return `${compared}, ${mismatches === 1 ? '1 wrong count' : `${mismatches} wrong counts`}`;
}

export const incidentNames: Record<AcceleratorIncident['kind'], string> = {
  'set-aside': 'Set aside',
  fallback: 'Stopped working',
  reattached: 'Back',
  'bridge-restarted': 'Bridge restarted',
  'emulator-in-station': 'Bridge given up',
};

/** What a person must know at once; the page tells the rest. */
export function noticeText({ kind, name }: Notice): string {
  switch (kind) {
    case 'set-aside':
      return `${name} was set aside because a result was wrong. The emulator reads instead.`;
    case 'fallback':
      return `${name} stopped working. The emulator reads instead.`;
    case 'emulator-in-station':
      return 'The device bridge keeps stopping. The emulator reads, without devices.';
  }
}

export function formatEnergy(mj: number): string {
  return mj < 0.1 ? `${(mj * 1000).toFixed(0)} µJ` : `${mj.toFixed(mj < 10 ? 2 : 1)} mJ`;
}

export function formatMemory(kib: number): string {
  return kib >= 1024 ? `${(kib / 1024).toFixed(kib % 1024 === 0 ? 0 : 1)} MiB` : `${kib} KiB`;
}
