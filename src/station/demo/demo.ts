import { localDay, monthsAfter } from '../../clinic/entities/days.ts';
import { histologyDetails, lesionDetails, patientDetails } from '../../clinic/entities/index.ts';
import type { Decoder } from '../../imaging/decoder.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { Importer } from '../importer.ts';
import { importOverview } from '../overview-import.ts';
import type { Session, Work } from '../session.ts';
import { type DemoLesion, type DemoShot, demoPatients } from './patients.ts';

/**
 * The demo clinic: patients that do not exist, with images that the program draws itself and stamps
 * as phantoms, taken over five years that its clock runs through while it is made. It is a real clinic
 * in every other way, in a folder of its own, read by its virtual accelerator; its passphrase is no
 * secret.
 */
const demoUser = 'Demo clinician';
const demoPassphrase = 'nothing in here is secret';

const backPx: [width: number, height: number] = [540, 720];

export interface DemoParts {
  readonly session: Session;
  readonly importer: Importer;
  readonly decoder: Decoder;
  /** Comes when the virtual accelerator reads, or will not come; at the latest when aborted. */
  readonly acceleratorReady: (signal: AbortSignal) => Promise<void>;
}

export const demoImageCount = demoPatients
  .flatMap(({ lesions }) => lesions)
  .reduce((count, { shots }) => count + shots.length, 0);

/** Opens the demo clinic; makes it first when it is not there. */
export async function openDemoClinic(
  parts: DemoParts,
  onProgress: (imagesDone: number) => void,
): Promise<void> {
  const { session } = parts;
  if (!session.hasDemo) {
    const takes = takesInOrder(new Date());
    const time = { now: takes[0]?.at ?? new Date() };
    await session.makeDemo(
      demoUser,
      demoPassphrase,
      () => time.now,
      (work) => fill(parts, work, takes, time, onProgress),
    );
  }
  await session.openDemo(demoUser, demoPassphrase);
}

/** A picture to take. */
interface Take {
  readonly at: Date;
  readonly lesion: DemoLesion;
  /** The place of its lesion among all, which decides what it looks like. */
  readonly seed: number;
  readonly patient: number;
  readonly shot: DemoShot;
  readonly place: number;
}

/** The oldest first; a patient's pictures of one day minutes apart. */
function takesInOrder(today: Date): Take[] {
  let seed = 0;
  const takes = demoPatients.flatMap(({ lesions }, patient) =>
    lesions.flatMap((lesion) => {
      seed += 1;
      return lesion.shots.map((shot, place) => {
        const at = new Date(today);
        at.setMonth(at.getMonth() - shot.monthsAgo);
        at.setMinutes(at.getMinutes() - 60 * (demoPatients.length - patient) + 5 * seed);
        return { at, lesion, seed, patient, shot, place };
      });
    }),
  );
  return takes.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

async function fill(
  { importer, decoder, acceleratorReady }: DemoParts,
  work: Work,
  takes: readonly Take[],
  time: { now: Date },
  onProgress: (imagesDone: number) => void,
): Promise<void> {
  const { store, userId } = work;
  await acceleratorReady(work.untilLocked);
  const patientIds = new Map<number, string>();
  const lesionIds = new Map<DemoLesion, string>();
  for (const [index, { at, lesion, seed, patient, shot, place }] of takes.entries()) {
    work.assertOpen();
    time.now = at;
    const details = patientDetails.parse(demoPatients[patient]?.details);
    const patientId = patientIds.get(patient) ?? store.patients.enrol(details).id;
    patientIds.set(patient, patientId);
    const lesionId = lesionIds.get(lesion) ?? addLesion(store, patientId, lesion);
    lesionIds.set(lesion, lesionId);
    const bytes = await decoder.drawPhantom({
      seed,
      kind: lesion.kind,
      sizePx: [480, 360],
      shot: place,
      capturedAt: cameraClock(at),
      ...(shot.growth && { growth: shot.growth }),
      ...(details.phototype && { phototype: details.phototype }),
    });
    const fileName = `phantom-${String(index + 1).padStart(2, '0')}.jpg`;
    const imported = await importer.import(work, { lesionId, fileName, bytes });
    work.assertOpen();
    if (shot.review && imported.outcome === 'imported') {
      const { inMonths, ...said } = shot.review;
      const dueOn = inMonths === undefined ? null : monthsAfter(localDay(at), inMonths);
      const review = store.reviews.add({
        imageId: imported.image.id,
        readingId: imported.reading?.id ?? null,
        reviewerId: userId,
        details: { ...said, dueOn },
      });
      store.followUps.follow(imported.image, review, userId);
    }
    if (shot.onBack) {
      const phototype = details.phototype ?? 2;
      const bytes = await decoder.drawOverview({
        ...{ seed: patient + 1, sizePx: backPx, phototype, shot: place },
        spots: [{ ...shot.onBack, growth: shot.growth ?? 1 }],
        capturedAt: cameraClock(at),
      });
      const file = {
        patientId,
        region: 'back',
        fileName: `phantom-back-${place + 1}.jpg`,
        bytes,
      } as const;
      const { overview } = await importOverview(decoder, work, file, work.untilLocked);
      store.overviews.mark(overview.id, lesionId, shot.onBack, userId);
    }
    if (lesion.closed && place === lesion.shots.length - 1) {
      const on = localDay(at);
      store.lesions.setClosure(lesionId, { on, reason: lesion.closed });
      if (lesion.histology) {
        const details = histologyDetails.parse({ takenOn: on, ...lesion.histology });
        store.histology.add(lesionId, details, userId);
        store.followUps.endByHistology(lesionId, userId);
      }
    }
    onProgress(index + 1);
  }
}

/** As a camera writes it, in the clinic's own time. */
function cameraClock(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function addLesion(
  store: ClinicStore,
  patientId: string,
  { label, bodySite, laterality, view, at: [x, y] }: DemoLesion,
): string {
  const details = { label, bodySite, laterality, position: { view, x, y } };
  return store.lesions.add(patientId, lesionDetails.parse(details)).id;
}
