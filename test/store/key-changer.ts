import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { patientDetails } from '../../src/clinic/entities/index.ts';
import { unlockClinic } from '../../src/store/index.ts';

/**
 * Opens the clinic in `argv[2]` and changes its data key again and again, while patients are saved. Says a line
 * for each patient that was saved, and for each recovery key that was given out. Meant to be killed.
 */
const [folder = '', userName = '', passphrase = ''] = process.argv.slice(2);
const { store, user } = await unlockClinic(folder, { userName, passphrase });
const say = (line: string) => writeSync(1, `${line}\n`);

setInterval(() => {
  const familyName = `Patient ${randomBytes(6).toString('hex')}`;
  store.patients.enrol(patientDetails.parse({ familyName, note: 'x'.repeat(3000) }));
  say(`saved ${familyName}`);
}, 7);

for (;;) {
  if (!store.dataKeyChange.pending) say(`key ${await store.dataKeyChange.begin(user.id)}`);
  await store.dataKeyChange.finish();
  say('changed');
}
