import { localDay } from '../../clinic/entities/days.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { retentionProcedures } from '../contract/retention.ts';
import { StationError } from '../errors.ts';
import type { StationContext } from './context.ts';

/** More than a person goes through at once; the next ones move up. */
const shownAtOnce = 100;

export function retentionHandlers({
  session,
  changed,
}: StationContext): Handlers<typeof retentionProcedures> {
  return {
    'retention.rule': () => session.store.retention.rule(),
    'retention.setRule': (rule) => {
      const { store, user } = session;
      store.transaction(() => {
        store.retention.setRule(rule);
        store.audit.append({
          userId: user.id,
          action: 'clinic.retention',
          subject: `years:${rule.years ?? 'none'} minors:${rule.minorAge ?? 'none'}`,
        });
      });
      changed.emit(['settings']);
      return rule;
    },
    'retention.keepLonger': ({ patientId, kept }) => {
      const { store, user } = session;
      if (kept && !(kept.until > localDay(store.now())))
        throw new StationError(
          'invalid-input',
          'The day until which the patient is to be kept is over, so nothing was changed. Choose one that is still to come.',
        );
      store.transaction(() => {
        store.retention.keepLonger(patientId, kept);
        const action = kept ? 'patient.keep-longer' : 'patient.keep-no-longer';
        store.audit.append({ userId: user.id, action, subject: `patient:${patientId}` });
      });
      changed.emit(['patients', 'settings']);
      return {};
    },
    'retention.kept': () => {
      const { store } = session;
      return store.retention.kept(localDay(store.now()), shownAtOnce);
    },
    'retention.overdue': () => {
      const { store } = session;
      const today = localDay(store.now());
      return {
        count: store.retention.count(today),
        entries: store.retention.overdue(today, shownAtOnce),
      };
    },
  };
}
