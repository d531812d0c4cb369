import { lesionDetails, patientDetails } from '../../../src/clinic/entities/index.ts';
import type { ShownChange } from '../../../src/station/contract/index.ts';
import { lesionFieldNames, lesionFieldText } from '../wording/anatomy.ts';
import { countText } from '../wording/counts.ts';
import { regionNames } from '../wording/overviews.ts';
import { patientFieldNames, patientFieldText, patientName } from '../wording/patients.ts';

/** What was done, in a line. */
export function doneText({ change, patient, lesionLabel, otherLabel }: ShownChange): string {
  const who = patientName(patient);
  switch (change.did.act) {
    case 'patient.update':
      return `Edited the details of ${who}`;
    case 'patient.archive':
      return `Archived ${who}`;
    case 'patient.merge':
      return `Merged another record into that of ${who}`;
    case 'lesion.update':
      return `Edited lesion ${lesionLabel} of ${who}`;
    case 'lesion.close':
      return `Closed lesion ${lesionLabel} of ${who}`;
    case 'lesion.remove':
      return `Removed lesion ${lesionLabel} of ${who}`;
    case 'lesion.merge':
      return `Merged lesion ${lesionLabel} into ${otherLabel} of ${who}`;
    case 'image.remove':
      return `Removed an image of lesion ${lesionLabel} of ${who}`;
    case 'image.move':
      return `Moved ${countText(change.did.imageIds.length, 'image')} to lesion ${lesionLabel} of ${who}`;
    case 'overview.update':
      return `Changed the region of an overview photograph of ${who}`;
    case 'overview.mark':
      return markText(change.did, lesionLabel ?? '', who);
    case 'overview.remove':
      return `Removed an overview photograph of ${who}`;
  }
}

type Marking = Extract<ShownChange['change']['did'], { act: 'overview.mark' }>;

function markText({ before, after }: Marking, lesion: string, who: string): string {
  if (!after) return `Took the mark of lesion ${lesion} out of an overview photograph of ${who}`;
  return before
    ? `Moved the mark of lesion ${lesion} in an overview photograph of ${who}`
    : `Marked lesion ${lesion} in an overview photograph of ${who}`;
}

/** Of an edit what each field said before and after: "Family name: Mülller → Müller". */
export function fieldTexts({ change: { did }, patient }: ShownChange): string[] {
  if (did.act === 'patient.update') {
    const read = (fields: typeof did.before) => patientDetails.safeParse({ ...patient, ...fields });
    const [before, after] = [read(did.before), read(did.after)];
    if (!before.success || !after.success) return [];
    return (Object.keys(did.after) as (keyof typeof patientFieldNames)[]).map(
      (field) =>
        `${patientFieldNames[field]}: ${arrow(
          patientFieldText(before.data, field),
          patientFieldText(after.data, field),
        )}`,
    );
  }
  if (did.act === 'overview.update')
    return [`Region: ${arrow(regionNames[did.before.region], regionNames[did.after.region])}`];
  if (did.act !== 'lesion.update') return [];
  const read = (fields: typeof did.before) => lesionDetails.safeParse({ label: '–', ...fields });
  const [before, after] = [read(did.before), read(did.after)];
  if (!before.success || !after.success) return [];
  return (Object.keys(did.after) as (keyof typeof lesionFieldNames)[]).map((field) =>
    field === 'position'
      ? lesionFieldNames.position
      : `${lesionFieldNames[field]}: ${arrow(
          lesionFieldText(before.data, field),
          lesionFieldText(after.data, field),
        )}`,
  );
}

const arrow = (before: string, after: string) => `${before || 'none'} → ${after || 'none'}`;
