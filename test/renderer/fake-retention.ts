import type { KeptLonger, RetentionRule } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { StationContract } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';

/** Kept for ten years; the first two patients were last here longer ago. */
export function fakeRetention(
  clinic: Clinic,
  changed: (...topics: string[]) => void,
): Pick<
  Handlers<StationContract>,
  | 'retention.rule'
  | 'retention.setRule'
  | 'retention.overdue'
  | 'retention.keepLonger'
  | 'retention.kept'
> {
  const kept = new Map<string, KeptLonger>();
  let rule: RetentionRule = { years: 10, minorAge: 25 };
  return {
    'retention.rule': () => rule,
    'retention.setRule': (next) => {
      rule = next;
      changed('settings');
      return rule;
    },
    'retention.keepLonger': ({ patientId, kept: wanted }) => {
      if (wanted) kept.set(patientId, wanted);
      else kept.delete(patientId);
      changed('settings');
      return {};
    },
    'retention.kept': () =>
      clinic.patients.flatMap((patient) => {
        const found = kept.get(patient.id);
        return found ? [{ patient, ...found }] : [];
      }),
    'retention.overdue': () => {
      const entries = clinic.patients
        .slice(0, rule.years !== null && rule.years <= 10 ? 2 : 0)
        .filter(({ id }) => !kept.has(id));
      return {
        count: entries.length,
        entries: entries.map((patient, n) => ({
          patient,
          lastSeenAt: '2014-03-02T09:00:00.000Z',
          hasVisits: n === 0,
          overSince: '2024-03-02',
          imageCount: 3,
          awaitedCount: n,
        })),
      };
    },
  };
}
