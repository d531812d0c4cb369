import type { Handlers } from '../../processes/channel.ts';
import type { lesionProcedures } from '../contract/lesions.ts';
import { changeRecord, type StationContext } from './context.ts';

export function lesionHandlers(context: StationContext): Handlers<typeof lesionProcedures> {
  const topics = ['lesions'] as const;
  return {
    'lesions.add': ({ patientId, details }) =>
      changeRecord(context, { action: 'lesion.add', topics }, ({ lesions }) =>
        lesions.add(patientId, details),
      ),
    'lesions.update': ({ lesionId, details }) =>
      changeRecord(context, { action: 'lesion.update', topics }, ({ lesions }) =>
        lesions.update(lesionId, details),
      ),
  };
}
