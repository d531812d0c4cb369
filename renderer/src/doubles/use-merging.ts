import type { Patient } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { navigate } from '../routing/routes.ts';
import { useStation } from '../station/use-station.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { patientName } from '../wording/patients.ts';

/** Makes two records one, or says that they are two people, each with a way back. */
export function useMerging() {
  const station = useStation();
  const undo = (mergeId: string) =>
    station
      .call('patients.unmerge', { mergeId })
      .then(() => showToast(t('The two records are apart again.')), showErrorToast);
  return {
    merge: async (from: Patient, into: Patient) => {
      const { id } = await station.call('patients.merge', {
        patientId: from.id,
        intoPatientId: into.id,
      });
      showToast(
        t('{duplicate} is now part of {kept}’s record.', {
          duplicate: patientName(from),
          kept: patientName(into),
        }),
        {
          label: t('Undo'),
          run: () => void undo(id),
        },
      );
      navigate({ screen: 'patient', patientId: into.id });
    },
    dismiss: async (one: Patient, other: Patient) => {
      const two = { patientId: one.id, otherId: other.id };
      await station.call('doubles.dismiss', two);
      showToast(
        t('{one} and {other} are two people.', {
          one: patientName(one),
          other: patientName(other),
        }),
        {
          label: t('Undo'),
          run: () => void station.call('doubles.offerAgain', two).catch(showErrorToast),
        },
      );
    },
  };
}
