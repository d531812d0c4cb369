import path from 'node:path';
import { Decoder } from '../imaging/decoder.ts';
import { dataFolder } from '../processes/data-folder.ts';
import { NodeHost } from '../processes/node-host.ts';
import { assertWritable } from '../station/chosen-folder.ts';
import { mayCall } from '../station/contract/index.ts';
import { writePatientFolder } from '../station/patient-folder/write.ts';
import { type ClinicStore, readClinicInfo, unlockClinic } from '../store/index.ts';
import { type Command, parse, required, UsageError } from './command.ts';
import { progressBar } from './terminal.ts';
import { productVersion } from './version.ts';

export const patientFolderCommand: Command = {
  name: 'patient-folder',
  summary: 'Saves all of one patient as a folder that anybody can read: summary, images, records.',
  usage: 'FOLDER --record NUMBER --user NAME [--data DIR] [--json]',
  options: [
    '  FOLDER           where the patient’s folder is made',
    '  --record NUMBER  the patient’s record number, or their id in the clinic',
    '  --user NAME      a clinician or administrator, whose passphrase the variable',
    '                   DERMASPIKE_PASSPHRASE holds',
    '  --data DIR       the data folder, if it is not the usual one',
    '  --json           {folder} on stdout',
    '  What is written is not encrypted. The audit log says who wrote it.',
  ],
  async run(args, terminal) {
    const { values, positionals } = parse(args, {
      record: { type: 'string' },
      user: { type: 'string' },
      data: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [given, ...others] = positionals;
    if (given === undefined || others.length > 0) throw new UsageError('One folder is wanted.');
    const parent = path.resolve(given);
    const data = dataFolder(values.data);
    const clinic = path.join(data, 'clinic');
    const number = required(values.record, 'record');
    const userName = required(values.user, 'user');
    const passphrase = process.env.DERMASPIKE_PASSPHRASE;
    if (!passphrase) throw new UsageError('The variable DERMASPIKE_PASSPHRASE is not set.');
    await assertWritable(data, parent);
    const { store, user } = await unlockClinic(clinic, { userName, passphrase });
    const decoder = new Decoder(new NodeHost());
    try {
      if (!mayCall(user.role, 'patientFolder.write'))
        throw new UsageError('Only a clinician or an administrator can take records out.');
      const patientId = patientOf(store, number);
      const folder = await writePatientFolder(
        { store, decoder },
        patientId,
        parent,
        {
          program: productVersion,
          clinicName: readClinicInfo(clinic)?.clinicName ?? '',
          userId: user.id,
          userName: user.name,
        },
        {
          signal: new AbortController().signal,
          onProgress: (share) =>
            terminal.progress(progressBar(Math.round(share * 100), 100, 'written')),
          enter: () =>
            store.audit.append({
              userId: user.id,
              action: 'patient.folder',
              subject: `patient:${patientId}`,
            }),
        },
      );
      terminal.progress('');
      terminal.out(values.json ? JSON.stringify({ folder }) : folder);
    } finally {
      decoder.close();
      store.close();
    }
    return 0;
  },
};

function patientOf(store: ClinicStore, number: string): string {
  const found = store.patients.findByNumber(number);
  if (found) return found.id;
  if (/^[0-9a-f-]{36}$/i.test(number)) return store.patients.get(number.toLowerCase()).id;
  throw new UsageError('No patient has this record number.');
}
