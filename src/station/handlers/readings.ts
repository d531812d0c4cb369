import { ageOn, readWithAge } from '../../clinic/age-reading.ts';
import { explainAside } from '../../clinic/explaining.ts';
import { scoreLesion } from '../../clinic/lesion-score.ts';
import { ranked } from '../../clinic/scoring.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { readingProcedures } from '../contract/readings.ts';
import type { StationContext } from './context.ts';

export function readingHandlers({
  session,
  importer,
  decoder,
  heads,
  rescorer,
  changed,
}: StationContext): Handlers<typeof readingProcedures> {
  const older = () => session.store.rescorings.older(heads.model.sha256);
  return {
    'readings.read': async ({ imageId }, { signal }) => {
      const reading = await importer.readAgain(session.begin(), imageId, signal);
      changed.emit(['readings']);
      return reading;
    },
    'readings.ofLesion': ({ imageId }) => {
      const { store } = session;
      const { head } = heads.active(store);
      const images = store.readings.ofLesionAtVisit(imageId, head.networkSha256);
      const score = scoreLesion(
        head,
        images.map(({ reading: { advice, verdict }, counts }) => ({
          spikeCounts: counts,
          unfamiliarity: advice?.unfamiliarity ?? null,
          verdict,
        })),
      );
      return (
        score && {
          images: score.images,
          probabilities: ranked(head, score.probabilities),
          verdict: score.verdict,
        }
      );
    },
    'readings.withAge': ({ imageId }) => {
      const { images, lesions, patients, readings } = session.store;
      const { capturedAt, lesionId } = images.get(imageId);
      const { birthDate } = patients.get(lesions.get(lesionId).patientId);
      const reading = readings.newestByImage(imageId);
      const years = birthDate && capturedAt ? ageOn(birthDate, capturedAt) : null;
      return reading && years !== null ? readWithAge(heads.model, reading, years) : null;
    },
    'readings.explain': async ({ imageId }, { signal }) => {
      const work = session.begin();
      const { images } = work.store;
      const { fileName } = images.get(imageId);
      const { inputSizePx, folder, head } = heads.model;
      const { tensor, square } = await decoder.read(images.original(imageId), {
        fileName,
        tensorSize: inputSizePx,
        signal,
      });
      const explained = await explainAside({ modelFolder: folder, tensor }, signal);
      work.assertOpen();
      return {
        ...explained,
        square,
        headName: head.name,
        classes: explained.classes.flatMap((each) => {
          const known = head.classes.find(({ code }) => code === each.code);
          return known ? [{ ...each, name: known.name, gravity: known.gravity }] : [];
        }),
      };
    },
    'readings.older': () => {
      const found = older();
      const job = session.store.rescorings.newest();
      return (
        found && {
          images: found.images,
          networkName: found.networkName,
          isUnderWay: job !== null && job.endedAt === null && !job.isPaused,
        }
      );
    },
    'readings.readOlder': () => {
      const { store, user } = session;
      const found = older();
      if (!found) return {};
      const { head } = heads.active(store);
      store.transaction(() => {
        heads.put(store, head);
        store.rescorings.start(head.sha256, found.headSha256, user.id);
        const subject = `head:${head.sha256}`;
        store.audit.append({ userId: user.id, action: 'reading.read-older', subject });
      });
      changed.emit(['classes', 'readings']);
      rescorer.wake();
      return {};
    },
  };
}
