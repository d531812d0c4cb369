import type { AcceleratorIncident } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type {
  AcceleratorOverview,
  AcceleratorStatus,
  DeviceStatus,
  ExactnessCheck,
  StationContract,
} from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';

const networkSha256 = 'd'.repeat(64);
const day = '2026-05-06';

const emulator: AcceleratorStatus = {
  id: 'emulator',
  identity: { kind: 'emulator', name: 'Emulator (SIMD engine)', version: '0.1.0' },
  state: 'ready',
  networkName: 'qana-4',
  detail: '2 workers',
  completed: 128,
  medianMs: 9.4,
  imagesPerSecond: null,
  device: null,
};

function check(time: string, cause: ExactnessCheck['cause'], images: number, mismatches = 0) {
  return { at: `${day}T${time}.000Z`, cause, networkSha256, images, mismatches };
}

const sound: DeviceStatus = {
  link: 'usb',
  serial: 'NX-00417',
  firmware: '2.4.1',
  generation: 'akida-2',
  memoryKib: 8192,
  temperatureC: 47.5,
  power: { mw: 912, periodMs: 141 },
  energyPerImage: { mj: 1.34, basis: 'measured' },
  attestation: {
    state: 'attested',
    at: `${day}T07:58:12.000Z`,
    images: 41,
    mismatches: 0,
    history: [check('09:41:05', 'shadow', 37), check('07:58:12', 'load', 41)],
    shadowed: 37,
  },
};

const inexact: DeviceStatus = {
  ...sound,
  link: 'hid',
  serial: '0003',
  firmware: '1.0.9',
  temperatureC: null,
  power: null,
  energyPerImage: null,
  attestation: {
    state: 'failed',
    at: `${day}T07:58:20.000Z`,
    images: 41,
    mismatches: 0,
    history: [
      check('09:12:44', 'shadow', 1, 3),
      check('09:11:58', 'shadow', 12),
      check('07:58:20', 'load', 41),
    ],
    shadowed: 13,
  },
};

const setAside =
  'The device was set aside. Its results are not identical: of an image it gave the count 41 where 40 is right. ' +
  'Do not use it; have it checked.';

const devices: AcceleratorOverview = {
  policy: 'device-first',
  accelerators: [
    {
      id: 'wire:Neuro:NX-1:NX-00417',
      identity: { kind: 'device', name: 'Neuro NX-1', version: '2.4.1' },
      state: 'busy',
      networkName: 'qana-4',
      detail: 'Identical results on 41 test images.',
      completed: 742,
      medianMs: 1.6,
      imagesPerSecond: 212.4,
      device: sound,
    },
    {
      id: 'wire:Neuro:Pocket:0003',
      identity: { kind: 'device', name: 'Neuro Pocket', version: '1.0.9' },
      state: 'failed',
      networkName: 'qana-4',
      detail: setAside,
      completed: 252,
      medianMs: 18.2,
      imagesPerSecond: null,
      device: inexact,
    },
    emulator,
  ],
  obstacles: [
    {
      id: 'pcie:0000:03:00.0',
      link: 'pcie',
      label: 'BrainChip AKD1500',
      problem: 'The board is there, but its driver is not loaded, so there is no /dev/akd1500_0.',
      remedy: 'Install the driver akida_dw_edma and restart the computer.',
    },
  ],
  notices: [
    {
      kind: 'set-aside',
      acceleratorId: 'wire:Neuro:Pocket:0003',
      name: 'Neuro Pocket',
      at: `${day}T09:12:44.000Z`,
      text: setAside,
    },
  ],
};

const incidents: AcceleratorIncident[] = [
  {
    id: '019e0000-0000-7000-8000-000000000001',
    at: `${day}T09:12:44.000Z`,
    acceleratorId: 'wire:Neuro:Pocket:0003',
    accelerator: { kind: 'device', name: 'Neuro Pocket', version: '1.0.9' },
    kind: 'set-aside',
    detail: setAside,
    since: `${day}T09:11:58.000Z`,
    networkSha256,
  },
];

type AcceleratorCalls = Pick<
  Handlers<StationContract>,
  Extract<keyof Handlers<StationContract>, `accelerators.${string}`>
>;

/** The fake station's accelerators: the emulator alone, or beside a sound and an inexact device. */
export function fakeAccelerators(clinic: Clinic, hasDevices: boolean): AcceleratorCalls {
  let overview: AcceleratorOverview = hasDevices
    ? devices
    : { policy: 'device-first', accelerators: [emulator], obstacles: [], notices: [] };
  const toRepeat = hasDevices ? clinic.waitingImages().slice(0, 3) : [];
  const isStillTo = ({ image, reading }: (typeof toRepeat)[number]) =>
    clinic.image(image.id).readings[0]?.id === reading?.id;
  const listeners = new Set<(overview: AcceleratorOverview) => void>();
  const update = (change: Partial<AcceleratorOverview>) => {
    overview = { ...overview, ...change };
    for (const emit of listeners) emit(overview);
    return {};
  };
  return {
    'accelerators.overview': () => overview,
    'accelerators.changes': (_, emit) => {
      listeners.add(emit);
      return () => listeners.delete(emit);
    },
    'accelerators.test': ({ acceleratorId }) => {
      const tested = overview.accelerators.find(({ id }) => id === acceleratorId);
      if (tested?.state === 'failed') fail('accelerator-failed', setAside);
      return check('10:00:00', 'test', 41);
    },
    'accelerators.setPolicy': ({ policy }) => update({ policy }),
    'accelerators.dismiss': ({ acceleratorId }) =>
      update({
        notices: overview.notices.filter((notice) => notice.acceleratorId !== acceleratorId),
      }),
    'accelerators.rescan': () => ({}),
    'accelerators.incidents': () => (hasDevices ? incidents : []),
    'accelerators.readingsToRepeat': () => toRepeat.filter(isStillTo),
  };
}
