import type { Handlers } from '../../processes/channel.ts';
import type { userProcedures } from '../contract/users.ts';
import type { StationContext } from './context.ts';

export function userHandlers({
  session,
  changed,
}: StationContext): Handlers<typeof userProcedures> {
  return {
    'users.list': () => session.store.listUsers(),
    'users.add': async ({ userName, role, passphrase }) => {
      const { store, user } = session;
      const added = await store.addUser({ name: userName, role, passphrase }, ({ id }) =>
        store.audit.append({ userId: user.id, action: 'user.add', subject: `user:${id}` }),
      );
      changed.emit(['users']);
      return added;
    },
  };
}
