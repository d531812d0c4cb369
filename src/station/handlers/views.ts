import type { Handlers } from '../../processes/channel.ts';
import type { viewProcedures } from '../contract/views.ts';
import type { StationContext } from './context.ts';

export function viewHandlers({
  session,
  changed,
}: StationContext): Handlers<typeof viewProcedures> {
  return {
    'views.list': ({ list }) => session.store.listViews.list({ userId: session.user.id, list }),
    'views.keep': ({ name, ...kept }) => {
      session.store.listViews.keep(session.user.id, name, kept);
      if (name !== '') changed.emit(['views']);
      return {};
    },
    'views.drop': ({ list, name }) => {
      session.store.listViews.drop({ userId: session.user.id, list }, name);
      changed.emit(['views']);
      return {};
    },
  };
}
