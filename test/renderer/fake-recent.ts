import type { Handlers } from '../../src/processes/channel.ts';
import type { ShownChange, StationContract } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';
import { fakeId, hoursAgo } from './fake-records.ts';

/** Four things were done lately; of one there is no way back. */
export function fakeRecent(
  clinic: Clinic,
  changed: (...topics: string[]) => void,
): Pick<Handlers<StationContract>, 'recent.list' | 'recent.undo'> {
  let all: ShownChange[] | undefined;
  const begin = (): ShownChange[] => {
    const [patient, other] = clinic.patients;
    if (!patient || !other) return [];
    const shown = (
      did: ShownChange['change']['did'],
      hours: number,
      more: Partial<ShownChange> = {},
    ): ShownChange => ({
      change: {
        ...{ id: fakeId(), at: hoursAgo(hours), patientId: patient.id, subjectId: patient.id },
        ...{ did, undoneAt: null },
      },
      ...{ patient, lesionLabel: null, otherLabel: null, obstacle: null },
      ...more,
    });
    return [
      shown(
        {
          act: 'patient.update',
          before: { familyName: 'Quilfeather', birthDate: null },
          after: { familyName: 'Quillfeather', birthDate: '1961-03-14' },
        },
        0.1,
      ),
      shown(
        { act: 'lesion.update', before: { bodySite: 'chest' }, after: { bodySite: 'abdomen' } },
        1,
        { lesionLabel: 'D' },
      ),
      shown({ act: 'lesion.merge', removedAt: hoursAgo(3), intoLesionId: fakeId() }, 3, {
        lesionLabel: 'C',
        otherLabel: 'B',
        obstacle: 'It was changed again since.',
      }),
      shown({ act: 'patient.archive', archivedAt: hoursAgo(30) }, 30, { patient: other }),
    ];
  };
  return {
    'recent.list': () => {
      all ??= begin();
      return all;
    },
    'recent.undo': ({ changeId }) => {
      const found = all?.find(({ change }) => change.id === changeId);
      if (!found) return fail('not-found', 'This change is gone.');
      if (found.obstacle)
        return fail('changed-meanwhile', `${found.obstacle} Nothing was changed.`);
      found.obstacle = 'It was taken back already.';
      all = [...(all ?? [])];
      changed('patients');
      return {};
    },
  };
}
