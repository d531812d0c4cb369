import { writeSync } from 'node:fs';
import path from 'node:path';
import { patientDetails } from '../../src/clinic/entities/index.ts';
import { restoreBackup, unlockClinic } from '../../src/store/index.ts';

/**
 * `backup DATA MEDIUM USER PASSPHRASE`: saves a patient and backs up, without end, and writes each backup's id
 * once it is made. `restore …`: restores the newest backup once. Meant to be killed.
 */
const [what, data = '', medium = '', userName = '', passphrase = ''] = process.argv.slice(2);
const access = { userName, passphrase };
const say = (line: string) => writeSync(1, `${line}\n`);

if (what === 'restore') {
  say('ready');
  await restoreBackup(data, medium, { access });
  say('restored');
} else {
  const { store } = await unlockClinic(path.join(data, 'clinic'), access);
  say('ready');
  for (let n = 0; ; n++) {
    const { id } = store.patients.enrol(patientDetails.parse({ familyName: `Patient ${n}` }));
    const made = await store.backUp(medium, 'test');
    say(`${made.id} ${id}`);
  }
}
