import { localDay } from '../../clinic/entities/days.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { consentProcedures } from '../contract/consents.ts';
import { StationError } from '../errors.ts';
import { changeRecord, type StationContext } from './context.ts';

export function consentHandlers(context: StationContext): Handlers<typeof consentProcedures> {
  const { session } = context;
  return {
    'consents.ofPatient': ({ patientId }) => {
      const { store } = session;
      return store.consents.listByPatient(store.patients.get(patientId).id);
    },
    'consents.record': ({ patientId, details }) => {
      if (details.saidOn > localDay(session.store.now()))
        throw new StationError(
          'invalid-input',
          'This day is still to come, so nothing was saved. Enter the day on which it was said.',
        );
      return changeRecord(
        context,
        {
          action: `consent.${details.answer}`,
          topics: ['consents', 'classes'],
          also: `patient:${patientId}`,
        },
        ({ consents }) => consents.add(patientId, details, session.user.id),
      );
    },
  };
}
