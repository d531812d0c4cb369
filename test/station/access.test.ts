import { afterAll, beforeAll, expect, test } from 'vitest';
import { role } from '../../src/clinic/entities/index.ts';
import type { Client } from '../../src/processes/channel.ts';
import type { CallName, RemoteError, StreamName } from '../../src/processes/contract.ts';
import {
  mayCall,
  type StationContract,
  stationContract,
} from '../../src/station/contract/index.ts';
import { enrolOne, startStation, type TestStation, testPassphrase } from './harness.ts';

type Name = CallName<StationContract> | StreamName<StationContract>;

const names = Object.keys(stationContract) as Name[];
const isOpenToAnyone = (name: Name) => stationContract[name].callers === 'anyone';

let station: TestStation;
beforeAll(async () => {
  station = await startStation();
  await enrolOne(station.client);
  await station.client.call('users.add', {
    userName: 'Colleague',
    role: 'clinician',
    passphrase: testPassphrase,
  });
});
afterAll(() => station.close());

/** The code that a call, or a subscription, with this input ends with. */
function refusal(client: Client<StationContract>, name: Name, input: unknown): Promise<string> {
  return new Promise((resolve) => {
    const refused = ({ code }: RemoteError) => resolve(code);
    if (stationContract[name].kind === 'stream')
      client.subscribe(name as StreamName<StationContract>, input as never, () => {}, refused);
    else
      client
        .call(name as CallName<StationContract>, input as never)
        .then(() => resolve('none'), refused);
  });
}

test('every procedure says who may call it', () => {
  for (const name of names) {
    const { callers } = stationContract[name];
    if (callers === 'anyone') continue;
    expect(callers.length, name).toBeGreaterThan(0);
    for (const caller of callers) expect(role.options, name).toContain(caller);
  }
});

test('what can be called before the clinic is unlocked is the session, the program and its devices', () => {
  expect(names.filter(isOpenToAnyone).sort()).toEqual([
    'about',
    'about.diagnostics',
    'about.thirdParties',
    'accelerators.changes',
    'accelerators.overview',
    'changes',
    'images.importProgress',
    'session.active',
    'session.createClinic',
    'session.demoProgress',
    'session.idle',
    'session.leaveDemo',
    'session.lock',
    'session.openDemo',
    'session.recover',
    'session.state',
    'session.unlock',
    'settings.screen',
  ]);
});

test('a locked session refuses everything else, before it looks at the input', async () => {
  const client = station.connect();
  await client.call('session.lock', {});
  for (const name of names.filter((other) => !isOpenToAnyone(other)))
    expect(await refusal(client, name, { nonsense: true }), name).toBe('locked');
});

test('a clinician is refused what is an administrator’s, and nothing is done', async () => {
  const client = station.connect();
  await client.call('session.unlock', { userName: 'Colleague', passphrase: testPassphrase });
  const refused = names.filter((name) => !mayCall('clinician', name));
  expect(refused).toContain('users.add');
  for (const name of refused) expect(await refusal(client, name, {}), name).toBe('not-allowed');
  const third = { userName: 'Third', role: 'clinician' as const, passphrase: testPassphrase };
  await expect(client.call('users.add', third)).rejects.toThrow(/Only an administrator can/);
  expect(await client.call('users.list', {})).toHaveLength(2);
});
