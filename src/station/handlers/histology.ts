import { localDay } from '../../clinic/entities/days.ts';
import type { HistologyDetails } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { histologyProcedures } from '../contract/histology.ts';
import { StationError } from '../errors.ts';
import { changeRecord, type StationContext } from './context.ts';

export function histologyHandlers(context: StationContext): Handlers<typeof histologyProcedures> {
  const { session } = context;
  const topics = ['lesions', 'followUps'] as const;
  const assertPast = ({ takenOn }: HistologyDetails) => {
    if (takenOn > localDay(session.store.now()))
      throw new StationError(
        'invalid-input',
        'The specimen was taken on a day that is still to come, so nothing was saved. Correct the day.',
      );
  };
  return {
    'histology.add': ({ lesionId, details, isExcised }) => {
      assertPast(details);
      return changeRecord(
        context,
        { action: 'histology.add', topics, also: `lesion:${lesionId}` },
        ({ histology, followUps, lesions }) => {
          const { id } = session.user;
          const added = histology.add(lesionId, details, id);
          followUps.endByHistology(lesionId, id);
          if (isExcised) lesions.setClosure(lesionId, { on: details.takenOn, reason: 'excised' });
          return added;
        },
      );
    },
    'histology.correct': ({ histologyId, details }) => {
      assertPast(details);
      return changeRecord(context, { action: 'histology.correct', topics }, ({ histology }) =>
        histology.correct(histologyId, details, session.user.id),
      );
    },
    'histology.withdraw': ({ histologyId }) =>
      changeRecord(context, { action: 'histology.withdraw', topics }, ({ histology }) =>
        histology.withdraw(histologyId),
      ),
  };
}
