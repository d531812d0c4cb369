import { createHash, randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { patientDetails } from '../../src/clinic/entities/index.ts';
import { unlockClinic } from '../../src/store/index.ts';

/**
 * Opens the clinic in `argv[2]` and saves patients with an image each, without end; writes the
 * ids to standard output, a line a save, once the save has returned. Meant to be killed.
 */
const [folder = '', userName = '', passphrase = ''] = process.argv.slice(2);
const { store, user } = await unlockClinic(folder, { userName, passphrase });

for (;;) {
  const original = randomBytes(1000 + (randomBytes(2).readUInt16LE() % 60_000));
  const ids = store.transaction(() => {
    const details = patientDetails.parse({ familyName: `Patient ${original.length}` });
    const { id: patientId } = store.patients.enrol(details);
    const { id: lesionId } = store.lesions.add(patientId, {
      label: 'A',
      bodySite: 'face',
      laterality: 'left',
      position: null,
      note: '',
    });
    const image = store.images.add({
      lesionId,
      visitId: store.visits.forDay(patientId, new Date().toISOString()).id,
      sha256: createHash('sha256').update(original).digest('hex'),
      fileName: 'image.png',
      format: 'png',
      widthPx: 10,
      heightPx: 10,
      capturedAt: null,
      device: null,
      quality: { sharpness: 1, exposure: 0.5, clipped: 0, skin: 1 },
      qualityWarnings: [],
      original,
      thumbnail: original.subarray(0, 100),
    });
    store.audit.append({ userId: user.id, action: 'test.save', subject: `image:${image.id}` });
    return [patientId, image.id, image.sha256];
  });
  writeSync(1, `${ids.join(' ')}\n`);
}
