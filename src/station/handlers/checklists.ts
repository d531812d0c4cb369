import type { Handlers } from '../../processes/channel.ts';
import type { checklistProcedures } from '../contract/checklists.ts';
import { Veil } from '../veil.ts';
import { changeRecord, type StationContext } from './context.ts';

export function checklistHandlers(context: StationContext): Handlers<typeof checklistProcedures> {
  const { session } = context;
  return {
    'checklists.ofImage': ({ imageId }) => new Veil(session).checklists(imageId),
    'checklists.save': ({ imageId, details }) =>
      changeRecord(
        context,
        { action: 'checklist.save', topics: ['reviews'], also: `image:${imageId}` },
        ({ checklists }) => checklists.add(imageId, details, session.user.id),
      ),
  };
}
