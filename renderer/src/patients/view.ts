import type { PatientListView } from '../../../src/clinic/entities/index.ts';
import { Kept } from '../lists/kept.ts';
import type { ListLook } from '../lists/use-look.ts';
import { newPlace } from '../lists/use-place.ts';

/** How the patients' list is looked at, with what is searched for. */
export interface PatientsView extends PatientListView {
  readonly text: string;
}

export const patients: ListLook<PatientsView> = {
  list: 'patients',
  initial: { text: '', show: 'current', sort: { by: 'visit', descending: true } },
  kept: new Kept<PatientsView | null>(null),
  place: newPlace('patients'),
  selected: new Kept<ReadonlySet<string>>(new Set()),
};

/** Signs alone say nothing of anybody: the station then finds nobody. */
export const saysSomething = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
