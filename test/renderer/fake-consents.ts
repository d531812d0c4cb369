import { type Consent, consentDetails } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { StationContract } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fakeId } from './fake-records.ts';

/** The first patient agreed to two scopes and took a third back. */
export function fakeConsents(
  clinic: Clinic,
  changed: (...topics: string[]) => void,
): Pick<Handlers<StationContract>, 'consents.ofPatient' | 'consents.record'> {
  const all: Consent[] = [];
  const add = (patientId: string, given: unknown) => {
    const consent: Consent = {
      ...consentDetails.parse(given),
      ...{ id: fakeId(), patientId, recordedByName: 'Dr Edda Winter' },
      recordedAt: new Date().toISOString(),
    };
    all.unshift(consent);
    return consent;
  };
  const begin = () => {
    const [first] = clinic.patients;
    if (!first || all.some(({ patientId }) => patientId === first.id)) return;
    add(first.id, { scope: 'care', answer: 'given', saidOn: '2024-02-05' });
    add(first.id, { scope: 'photographs', answer: 'given', saidOn: '2024-02-05' });
    add(first.id, {
      ...{ scope: 'research', answer: 'withdrawn', saidOn: '2025-06-12' },
      note: 'By letter, in the paper file.',
    });
  };
  return {
    'consents.ofPatient': ({ patientId }) => {
      begin();
      return all.filter((each) => each.patientId === patientId);
    },
    'consents.record': ({ patientId, details }) => {
      const recorded = add(patientId, details);
      changed('consents');
      return recorded;
    },
  };
}
