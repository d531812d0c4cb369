import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { reviewDetails } from '../../src/clinic/entities/index.ts';
import {
  addImage,
  addLesion,
  details,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from '../store/harness.ts';
import { runCli } from './run-cli.ts';

test('whoever is blindly asked for a second opinion gets no patient’s folder by the command line; others do', async () => {
  const data = temporaryFolder();
  const parent = temporaryFolder();
  const { store, user } = await newClinic(path.join(data, 'clinic'));
  const colleague = await store.accounts.add({ name: 'Dr Second', role: 'clinician', passphrase });
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const image = addImage(store, addLesion(store, patient.id).id);
  store.reviews.add({
    ...{ imageId: image.id, readingId: null, reviewerId: user.id },
    details: reviewDetails.parse({ impression: 'nv', decision: 'monitor', note: '' }),
  });
  const request = { askedOfId: colleague.id, isBlind: true, question: '' };
  store.secondOpinions.ask(image.id, request, user.id);
  store.close();
  vi.stubEnv('DERMASPIKE_PASSPHRASE', passphrase);
  const write = (name: string) =>
    runCli('patient-folder', parent, '--record', patient.id, '--user', name, '--data', data);

  const refused = await write('Dr Second');
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stderr).toContain('blind second opinion');
  expect(readdirSync(parent)).toEqual([]);

  expect(await write(userName)).toMatchObject({ exitCode: 0 });
  expect(readdirSync(parent)).toHaveLength(1);
});
