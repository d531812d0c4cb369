import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, role, type User } from '../../src/clinic/entities/index.ts';
import type { Client } from '../../src/processes/channel.ts';
import { linkedPair } from '../../src/processes/link.ts';
import { assertMayCall } from '../../src/station/access.ts';
import { type StationContract, stationContract } from '../../src/station/contract/index.ts';
import { expectedCallers } from './expected-callers.ts';
import { enrolOne, startStation, type TestStation, testPassphrase } from './harness.ts';

const names = Object.keys(stationContract);
const letters: Record<Role, string> = {
  administrator: 'A',
  clinician: 'C',
  assistant: 'T',
  steward: 'S',
  reader: 'R',
};
const passphrase = testPassphrase;

let station: TestStation;
let patientId: string;
beforeAll(async () => {
  station = await startStation();
  patientId = (await enrolOne(station.client)).patient.id;
  for (const each of role.options.filter((other) => other !== 'administrator'))
    await station.client.call('users.add', { userName: each, role: each, passphrase });
});
afterAll(() => station.close());

async function unlockAs(wanted: Role): Promise<Client<StationContract>> {
  const userName = wanted === 'administrator' ? 'Tester' : wanted;
  await station.client.call('session.unlock', { userName, passphrase });
  return station.client;
}

/**
 * What a bare message is answered with, sent past the client's own code. Its input fits no procedure,
 * so that whatever is let in ends with `invalid-input` and does nothing.
 */
function answerTo(name: string): Promise<string> {
  const [near, far] = linkedPair();
  station.serve(far);
  const { kind } = stationContract[name as keyof StationContract];
  return new Promise((resolve) => {
    near.onMessage((message) => {
      const { type, error } = message as { type: string; error?: { code: string } };
      resolve(error?.code ?? type);
      near.close();
    });
    near.send({ type: kind === 'stream' ? 'subscribe' : 'call', id: 1, name, input: null });
  });
}

test('the table names every procedure of the contract, and no other', () => {
  expect(names.toSorted()).toEqual(Object.keys(expectedCallers).sort());
});

describe.each(role.options)('a raw connection of a clinic that is unlocked by: %s', (as) => {
  test('may call what the table says, and is refused everything else', async () => {
    await unlockAs(as);
    const found: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const [name, callers] of Object.entries(expectedCallers)) {
      const may = callers === 'anyone' || callers.split(' ').includes(letters[as]);
      wanted[name] = may ? 'invalid-input' : 'not-allowed';
      found[name] = await answerTo(name);
    }
    expect(found).toEqual(wanted);
  });
});

/** What stands behind the rows of the table in docs/security.md. */
const documented: Readonly<Record<string, readonly string[]>> = {
  'sees patients, images, reviews, overview photographs': [
    'patients.get',
    'images.get',
    'worklist.page',
    'overviews.get',
  ],
  'enrols, adds lesions, imports, moves, marks, records consent, merges doubles': [
    'patients.enrol',
    'lesions.add',
    'images.import',
    'images.move',
    'overviews.mark',
    'consents.record',
    'patients.merge',
  ],
  'reviews, decides, histology, removes, erases': [
    'reviews.save',
    'followUps.plan',
    'histology.add',
    'images.remove',
    'overviews.remove',
    'erasures.erase',
  ],
  'shares a case, answers or keeps one; saves a patient’s folder or the table of records': [
    'sharing.make',
    'sharing.answer',
    'sharing.keep',
    'patientFolder.write',
    'reports.records',
  ],
  'devices, classes, the audit log, the health check': [
    'accelerators.setPolicy',
    'classes.approve',
    'audit.list',
    'health.check',
  ],
  backups: ['backup.choose', 'backup.make', 'backup.prove'],
  'users, the data key, the clinic’s settings, putting copies back': [
    'users.add',
    'users.changeDataKey',
    'settings.set',
    'retention.setRule',
    'commissioning.keep',
    'copies.putBack',
  ],
};

test('the table of roles in docs/security.md says what the contract does', () => {
  const file = path.join(import.meta.dirname, '../../docs/security.md');
  const [, section = ''] = readFileSync(file, 'utf8').split('### Roles');
  const [table = ''] = section.split('Each procedure names its callers');
  const said = table
    .split('\n')
    .filter((line) => /^\| \w/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const done = Object.entries(documented).flatMap(([row, procedures]) =>
    procedures.map((name) => [
      row,
      ...role.options.map((each) =>
        expectedCallers[name]?.split(' ').includes(letters[each]) ? 'yes' : 'no',
      ),
    ]),
  );
  expect(new Set(done.map((row) => row.join('|')))).toEqual(
    new Set(said.map((row) => row.join('|'))),
  );
});

test('a locked session refuses all but what anyone may, before it looks at the input', async () => {
  await station.client.call('session.lock', {});
  for (const [name, callers] of Object.entries(expectedCallers))
    expect(await answerTo(name), name).toBe(callers === 'anyone' ? 'invalid-input' : 'locked');
});

test('an assistant enrols and adds lesions, and decides nothing', async () => {
  const client = await unlockAs('assistant');
  const patient = await client.call('patients.enrol', { familyName: 'Ash', givenName: 'Rowan' });
  const details = { label: 'B', bodySite: 'neck', laterality: 'left' } as const;
  const lesion = await client.call('lesions.add', { patientId: patient.id, details });
  await expect(client.call('lesions.remove', { lesionId: lesion.id })).rejects.toThrow(
    /Only an administrator or a clinician can do this/,
  );
});

test('nothing that a steward may ask for names a patient', async () => {
  const client = await unlockAs('steward');
  const answers = await Promise.all([
    client.call('classes.overview', {}),
    client.call('audit.list', {}),
    client.call('accelerators.incidents', {}),
    client.call('readings.older', {}),
    client.call('commissioning.current', {}),
    client.call('users.list', {}),
  ]);
  const text = JSON.stringify(answers);
  for (const secret of ['Quillfeather', 'Ottoline', 'Rowan']) expect(text).not.toContain(secret);
  await expect(client.call('patients.get', { patientId })).rejects.toMatchObject({
    code: 'not-allowed',
  });
});

test('whoever is disabled while at work does nothing more', () => {
  const user: User = {
    id: '01890000-0000-7000-8000-000000000001',
    name: 'Former',
    role: 'administrator',
    createdAt: '2026-01-02T03:04:05.678Z',
    disabledAt: null,
  };
  expect(() => assertMayCall({ user }, ['administrator'])).not.toThrow();
  const disabled = { ...user, disabledAt: '2026-01-02T03:04:05.678Z' };
  expect(() => assertMayCall({ user: disabled }, ['administrator'])).toThrow(/disabled this user/);
});
