import type { StationInput, StationOutput } from '../../renderer/src/station/connection.ts';
import type { Clinic } from './fake-clinic.ts';

type Page<T> = { entries: T[]; next: [number] | null };

/** A page of `all`, whose cursor is the number of the rows before it. */
export function pageOf<T>(
  all: readonly T[],
  after: readonly unknown[] | null,
  limit = 50,
): Page<T> {
  const from = Number(after?.[0] ?? 0);
  const end = from + limit;
  return { entries: all.slice(from, end), next: end < all.length ? [end] : null };
}

type Asked = StationInput<'patients.search'>;

export function searchPatients(clinic: Clinic, asked: Asked): StationOutput<'patients.search'> {
  const all = patientsFor(clinic, asked, (name, text) => name.includes(text));
  const page = pageOf(all, asked.after ?? null, asked.limit);
  const letters = (text: string) => [...text].sort().join('');
  const similar = patientsFor(clinic, asked, (name, text) =>
    name.split(' ').some((word) => word !== text && letters(word) === letters(text)),
  );
  return { ...page, similar: page.next || !asked.text ? [] : similar };
}

export const countPatients = (clinic: Clinic, asked: Asked): number =>
  patientsFor(clinic, asked, (name, text) => name.includes(text)).length;

function patientsFor(
  clinic: Clinic,
  { text = '', show = 'current', sort }: Asked,
  matches: (name: string, text: string) => boolean,
) {
  const asked = text.trim().toLowerCase();
  const found = clinic.patients
    .filter(({ familyName, givenName, recordNumber }) =>
      matches(`${familyName} ${givenName} ${recordNumber}`.toLowerCase(), asked),
    )
    .map((patient) => summary(clinic, patient.id))
    .filter(({ patient, unreviewedCount }) => {
      if (show === 'archived') return patient.archivedAt !== null;
      return patient.archivedAt === null && (show === 'current' || unreviewedCount > 0);
    });
  const byName = found.toSorted((a, b) => a.patient.familyName.localeCompare(b.patient.familyName));
  const ordered =
    sort?.by === 'name'
      ? byName
      : found.toSorted((a, b) => ((a.lastVisitAt ?? '') < (b.lastVisitAt ?? '') ? -1 : 1));
  return (sort?.descending ?? true) ? ordered.toReversed() : ordered;
}

function summary(clinic: Clinic, patientId: string) {
  const lesions = clinic.lesions.filter(
    (lesion) => lesion.patientId === patientId && lesion.removedAt === null,
  );
  const images = clinic.images.filter(
    ({ stored }) => stored.removedAt === null && lesions.some(({ id }) => id === stored.lesionId),
  );
  return {
    patient: clinic.patient(patientId),
    lesionCount: lesions.length,
    imageCount: images.length,
    unreviewedCount: images.filter(({ reviews }) => reviews.length === 0).length,
    lastVisitAt: clinic.visits.find((visit) => visit.patientId === patientId)?.startedAt ?? null,
  };
}
