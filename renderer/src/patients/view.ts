import type { PatientListView } from '../../../src/clinic/entities/index.ts';
import { Kept } from '../lists/kept.ts';
import { newPlace } from '../lists/use-place.ts';

/** How the patients' list is looked at, with what is searched for. */
export interface PatientsView extends PatientListView {
  readonly text: string;
}

export const patientsView = new Kept<PatientsView>({
  text: '',
  show: 'current',
  sort: { by: 'visit', descending: true },
});
export const patientsPlace = newPlace();
export const selectedPatients = new Kept<ReadonlySet<string>>(new Set());

/** Signs alone say nothing of anybody: the station then finds nobody. */
export const saysSomething = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
