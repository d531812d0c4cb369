import { lesionDetails, patientDetails } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ShownChange } from '../../../src/station/contract/index.ts';
import { lesionFieldNames, lesionFieldText } from '../wording/anatomy.ts';

import { regionNames } from '../wording/overviews.ts';
import { patientFieldNames, patientFieldText, patientName } from '../wording/patients.ts';

/** What was done, in a line. */
export function doneText({ change, patient, ...lesions }: ShownChange): string {
  const who = patientName(patient);
  const lesionLabel = lesions.lesionLabel ?? '';
  const otherLabel = lesions.otherLabel ?? '';
  switch (change.did.act) {
    case 'patient.update':
      return t('Edited the details of {who}', { who });
    case 'patient.archive':
      return t('Archived {who}', { who });
    case 'patient.merge':
      return t('Merged another record into that of {who}', { who });
    case 'lesion.update':
      return t('Edited lesion {lesionLabel} of {who}', { lesionLabel, who });
    case 'lesion.close':
      return t('Closed lesion {lesionLabel} of {who}', { lesionLabel, who });
    case 'lesion.remove':
      return t('Removed lesion {lesionLabel} of {who}', { lesionLabel, who });
    case 'lesion.merge':
      return t('Merged lesion {lesionLabel} into {otherLabel} of {who}', {
        lesionLabel,
        otherLabel,
        who,
      });
    case 'image.remove':
      return t('Removed an image of lesion {lesionLabel} of {who}', { lesionLabel, who });
    case 'image.move':
      return t(
        '{count, plural, one {Moved # image to lesion {lesionLabel} of {who}} other {Moved # images to lesion {lesionLabel} of {who}}}',
        { count: change.did.imageIds.length, lesionLabel, who },
      );
    case 'overview.update':
      return t('Changed the region of an overview photograph of {who}', { who });
    case 'overview.mark':
      return markText(change.did, lesionLabel, who);
    case 'overview.remove':
      return t('Removed an overview photograph of {who}', { who });
  }
}

type Marking = Extract<ShownChange['change']['did'], { act: 'overview.mark' }>;

function markText({ before, after }: Marking, lesion: string, who: string): string {
  if (!after)
    return t('Took the mark of lesion {lesion} out of an overview photograph of {who}', {
      lesion,
      who,
    });
  return before
    ? t('Moved the mark of lesion {lesion} in an overview photograph of {who}', { lesion, who })
    : t('Marked lesion {lesion} in an overview photograph of {who}', { lesion, who });
}

/** Of an edit what each field said before and after: "Family name: Mülller → Müller". */
export function fieldTexts({ change: { did }, patient }: ShownChange): string[] {
  if (did.act === 'patient.update') {
    const read = (fields: typeof did.before) => patientDetails.safeParse({ ...patient, ...fields });
    const [before, after] = [read(did.before), read(did.after)];
    if (!before.success || !after.success) return [];
    return (Object.keys(did.after) as (keyof typeof patientFieldNames)[]).map((field) =>
      changeText(
        patientFieldNames[field],
        patientFieldText(before.data, field),
        patientFieldText(after.data, field),
      ),
    );
  }
  if (did.act === 'overview.update')
    return [changeText(t('Region'), regionNames[did.before.region], regionNames[did.after.region])];
  if (did.act !== 'lesion.update') return [];
  const read = (fields: typeof did.before) => lesionDetails.safeParse({ label: '–', ...fields });
  const [before, after] = [read(did.before), read(did.after)];
  if (!before.success || !after.success) return [];
  return (Object.keys(did.after) as (keyof typeof lesionFieldNames)[]).map((field) =>
    field === 'position'
      ? lesionFieldNames.position
      : changeText(
          lesionFieldNames[field],
          lesionFieldText(before.data, field),
          lesionFieldText(after.data, field),
        ),
  );
}

const changeText = (field: string, before: string, after: string) =>
  t('{field}: {before} → {after}', {
    field,
    before: before || t('none'),
    after: after || t('none'),
  });
