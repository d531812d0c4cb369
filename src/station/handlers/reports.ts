import { csvOf } from '../../clinic/csv.ts';
import { inUnits } from '../../measuring/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { reportProcedures } from '../contract/reports.ts';
import { Veil } from '../veil.ts';
import type { StationContext } from './context.ts';

const head = [
  'record number',
  'birth year',
  'sex',
  'lesion',
  'body site',
  'side',
  'captured at',
  'imported at',
  'device',
  'scale um per px',
  'scale from',
  'outline by',
  'long axis',
  'long axis error',
  'short axis',
  'area',
  'measured in',
  'network',
  'verdict',
  'malignancy',
  'impression',
  'decision',
  'due on',
  'reviewed at',
  'reviewer',
  'histology',
  'specimen on',
  'breslow mm',
  'closed on',
  'closed because',
] as const;

export function reportHandlers({ session }: StationContext): Handlers<typeof reportProcedures> {
  return {
    'reports.records': () => {
      const { store, user } = session;
      const rows = rowsOf(store, new Veil(session));
      store.transaction(() =>
        store.audit.append({
          userId: user.id,
          action: 'report.records',
          subject: `images:${rows.length}`,
        }),
      );
      return { csv: csvOf([head, ...rows]), rows: rows.length };
    },
  };
}

function rowsOf(store: ClinicStore, veil: Veil): (string | number | null)[][] {
  return store.images.lesionsWithImages().flatMap((lesionId) => {
    const lesion = store.lesions.get(lesionId);
    const patient = store.patients.get(lesion.patientId);
    const finding = store.histology.listByLesion(lesionId).at(-1);
    return store.images.listByLesion(lesionId).map((image) => {
      const reading = store.readings.newestByImage(image.id);
      const review = veil.newestReview(image.id);
      return [
        patient.recordNumber,
        patient.birthDate?.slice(0, 4) ?? null,
        patient.sex,
        lesion.label,
        lesion.bodySite,
        lesion.laterality,
        image.capturedAt,
        image.importedAt,
        image.device,
        ...measuresOf(store, image.id),
        reading?.networkName ?? null,
        reading?.verdict.kind ?? null,
        reading ? Math.round(reading.verdict.malignancy * 10_000) / 10_000 : null,
        review?.impression ?? null,
        review?.decision ?? null,
        review?.dueOn ?? null,
        review?.createdAt ?? null,
        review?.reviewerName ?? null,
        finding?.diagnosis ?? null,
        finding?.takenOn ?? null,
        finding?.breslowMm ?? null,
        lesion.closure?.on ?? null,
        lesion.closure?.reason ?? null,
      ];
    });
  });
}

/** Scale and outline; the error is a standard uncertainty. */
function measuresOf({ measuring }: ClinicStore, imageId: string): (string | number | null)[] {
  const [scale, outline] = [measuring.scaleOf(imageId), measuring.outlineOf(imageId)];
  const found = outline && inUnits(outline.measures, scale);
  const rounded = (value: number | undefined, digits: number) =>
    value === undefined ? null : Math.round(value * 10 ** digits) / 10 ** digits;
  return [
    rounded(scale ? 1000 * scale.mmPerPx : undefined, 3),
    scale?.origin.source ?? null,
    outline?.drawnBy ?? null,
    rounded(found?.longAxis.value, 2),
    rounded(found?.longAxis.error, 2),
    rounded(found?.shortAxis.value, 2),
    rounded(found?.area.value, 2),
    found?.longAxis.unit ?? null,
  ];
}
