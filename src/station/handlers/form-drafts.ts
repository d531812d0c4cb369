import type { Handlers } from '../../processes/channel.ts';
import type { formDraftProcedures } from '../contract/form-drafts.ts';
import type { StationContext } from './context.ts';

export function formDraftHandlers({
  session,
}: StationContext): Handlers<typeof formDraftProcedures> {
  return {
    'formDrafts.get': (key) => session.store.formDrafts.get({ ...key, userId: session.user.id }),
    'formDrafts.keep': ({ draft, ...key }) => {
      session.store.formDrafts.keep({ ...key, userId: session.user.id }, draft);
      return {};
    },
  };
}
