import type { Lesion, Patient, Reading } from '../../../src/clinic/entities/index.ts';
import { inUnits } from '../../../src/measuring/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { siteText } from '../wording/anatomy.ts';
import { ageInYears, formatDay, localToday } from '../wording/dates.ts';
import { quantityText } from '../wording/measures.ts';
import { patientName } from '../wording/patients.ts';
import type { Facts } from '../wording/templates.ts';
import { verdictNames } from '../wording/verdict.ts';

/** What a note is about: an image, or a lesion, of which the newest image counts. */
export type Subject =
  | { readonly imageId: string; readonly isReadingHeldBack?: boolean }
  | { readonly lesionId: string };

type Measured = StationOutput<'measuring.ofLesion'>[number];

/** What is known of it; undefined until it is. */
export function useFacts(about: Subject): Facts | undefined {
  const imageId = 'imageId' in about ? about.imageId : '';
  const lesionId = 'lesionId' in about ? about.lesionId : '';
  const ofImage = { enabled: imageId !== '' };
  const ofLesion = { enabled: lesionId !== '' };
  const image = useStationQuery('images.get', { imageId }, ofImage).data;
  const measured = useStationQuery('measuring.ofImage', { imageId }, ofImage).data;
  const lesion = useStationQuery('lesions.get', { lesionId }, ofLesion).data;
  const allMeasured = useStationQuery('measuring.ofLesion', { lesionId }, ofLesion).data;
  if (image && measured) {
    const isHeldBack = 'isReadingHeldBack' in about && about.isReadingHeldBack;
    return factsOf(image, isHeldBack ? undefined : image.readings[0], measured);
  }
  if (!lesion || !allMeasured) return undefined;
  const newest = lesion.images.at(-1);
  return factsOf(
    lesion,
    newest?.reading,
    allMeasured.find((each) => each.imageId === newest?.image.id),
  );
}

function factsOf(
  { patient, lesion }: { patient: Patient; lesion: Lesion },
  reading: Reading | null | undefined,
  measured: Pick<Measured, 'scale' | 'outline'> | undefined,
): Facts {
  return {
    patient: patientName(patient),
    age: patient.birthDate === null ? null : `${ageInYears(patient.birthDate)}`,
    lesion: lesion.label,
    site: siteText(lesion),
    date: formatDay(localToday()),
    longAxis: longAxisText(measured),
    ...(reading && { verdict: verdictNames[reading.verdict.kind] }),
  };
}

/** In millimetres; null where the image has no outline, no scale, or shows but a part of the lesion. */
function longAxisText(measured: Pick<Measured, 'scale' | 'outline'> | undefined): string | null {
  if (!measured?.scale || !measured.outline || measured.outline.isCut) return null;
  return quantityText(inUnits(measured.outline.measures, measured.scale).longAxis);
}
