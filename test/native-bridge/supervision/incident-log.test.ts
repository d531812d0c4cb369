import { expect, test } from 'vitest';
import type { Incident } from '../../../native-bridge/shared/contract.ts';
import { IncidentLog } from '../../../native-bridge/supervision/incident-log.ts';
import { CountingDevice } from './counting-device.ts';

const networkSha256 = 'a'.repeat(64);
const trustedAt = '2026-01-01T00:00:00.000Z';

function setUp() {
  const log = new IncidentLog();
  const told: Incident[] = [];
  log.subscribe((incident) => told.push(incident));
  return { log, told, kinds: () => told.map(({ kind }) => kind) };
}

/** A device that has come out right since `at`. */
function trusted(at = trustedAt, id = 'device'): CountingDevice {
  const device = new CountingDevice(id);
  const check = { at, cause: 'load', networkSha256, images: 41, mismatches: 0 } as const;
  device.record.add(check, at);
  return device;
}

test('a device that fails leaves its images to others, which is told once and noted until it is back', () => {
  const { log, told, kinds } = setUp();
  const device = trusted();
  device.become('failed');
  log.failed(device, networkSha256);
  log.failed(device, networkSha256);
  expect(told).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      at: expect.any(String),
      acceleratorId: 'device',
      accelerator: { kind: 'device', name: 'device', version: '1' },
      kind: 'fallback',
      detail: 'It is failed.',
      since: null,
      networkSha256,
    },
  ]);
  expect(log.notices).toEqual([
    {
      kind: 'fallback',
      acceleratorId: 'device',
      name: 'device',
      at: told[0]?.at,
      text: 'It is failed.',
    },
  ]);
  log.attached(device);
  expect(told[1]).toMatchObject({
    kind: 'reattached',
    acceleratorId: 'device',
    detail: 'The device is back, and its results were checked.',
    since: null,
    networkSha256: null,
  });
  expect(log.notices).toEqual([]);
  log.attached(device);
  expect(kinds()).toEqual(['fallback', 'reattached']);
  log.failed(device, null);
  expect(kinds()).toEqual(['fallback', 'reattached', 'fallback']);
});

test('a device that was wrong is told with since when it was trusted, though it had failed otherwise before', () => {
  const { log, told, kinds } = setUp();
  log.failed(trusted(), null);
  // Attached again, and trusted anew: what it read before may be wrong too.
  const again = trusted('2026-02-02T00:00:00.000Z');
  again.setAside('It counts wrongly.');
  log.failed(again, networkSha256);
  expect(kinds()).toEqual(['fallback', 'set-aside']);
  expect(told[1]).toMatchObject({
    detail: 'It counts wrongly.',
    since: trustedAt,
    networkSha256,
  });
  expect(log.notices.map(({ kind }) => kind)).toEqual(['set-aside']);
});

test('a device that was never right has not been trusted', () => {
  const { log, told } = setUp();
  const device = new CountingDevice('device');
  device.setAside('It counts wrongly.');
  log.failed(device, networkSha256);
  expect(told[0]).toMatchObject({ kind: 'set-aside', since: null });
});

test('what a person has noted is of one device alone, and told again when it befalls it again', () => {
  const { log, kinds } = setUp();
  const [first, second] = [trusted(trustedAt, 'first'), trusted(trustedAt, 'second')];
  for (const device of [first, second]) log.failed(device, null);
  log.dismiss('first');
  expect(log.notices.map(({ acceleratorId }) => acceleratorId)).toEqual(['second']);
  log.failed(first, null);
  log.failed(second, null);
  expect(kinds()).toEqual(['fallback', 'fallback', 'fallback']);
});

test('who has left hears nothing more', () => {
  const { log, told } = setUp();
  const heard: Incident[] = [];
  log.subscribe((incident) => heard.push(incident))();
  log.failed(trusted(), null);
  expect([told.length, heard.length]).toEqual([1, 0]);
});
