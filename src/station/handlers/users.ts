import type { User } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { userProcedures } from '../contract/users.ts';
import { StationError } from '../errors.ts';
import type { StationContext } from './context.ts';

export function userHandlers({
  clinics,
  session,
  changed,
  dataKeys,
}: StationContext): Handlers<typeof userProcedures> {
  /** What writes the audit entry of an act upon a user, unless who began it has locked their screen. */
  const audited = (action: string) => {
    const { store, userId, assertOpen } = session.begin();
    return ({ id }: Pick<User, 'id'>) => {
      assertOpen();
      store.audit.append({ userId, action, subject: `user:${id}` });
    };
  };
  /** The store's accounts, unless it is the demo's, which opens by a passphrase of the program's. */
  const ownAccounts = () => {
    if (session.isDemo)
      throw new StationError(
        'not-allowed',
        'The demo clinic keeps its user. Create a clinic of your own to manage its users.',
      );
    return session.store.accounts;
  };
  const told = (user: User) => {
    changed.emit(['users', 'session']);
    return user;
  };

  return {
    'users.list': () => session.store.accounts.list(),
    'users.add': async ({ userName, role, passphrase }) =>
      told(
        await session.store.accounts.add({ name: userName, role, passphrase }, audited('user.add')),
      ),
    'users.rename': ({ userId, userName }) =>
      told(ownAccounts().rename(userId, userName, audited('user.rename'))),
    'users.disable': ({ userId }) => {
      if (userId === session.user.id)
        throw new StationError(
          'not-allowed',
          'You cannot disable yourself. Ask another administrator to do it.',
        );
      const disabled = ownAccounts().disable(userId, audited('user.disable'));
      clinics.lockUser(userId);
      return told(disabled);
    },
    'users.setRole': ({ userId, role }) => {
      const { store, user } = session;
      const changed = ownAccounts().setRole(userId, role, () =>
        store.audit.append({
          userId: user.id,
          action: 'user.role',
          subject: `user:${userId} role:${role}`,
        }),
      );
      return told(changed);
    },
    'users.setPassphrase': async ({ userId, passphrase }) => {
      const accounts = ownAccounts();
      const user = accounts.get(userId);
      const action = user.disabledAt === null ? 'user.set-passphrase' : 'user.enable';
      await accounts.setPassphrase(user, passphrase, audited(action));
      return told(accounts.get(userId));
    },
    'users.changePassphrase': async ({ current, next }) => {
      const accounts = ownAccounts();
      const { user } = session;
      const tellChanged = audited('user.passphrase');
      await accounts.assertPassphrase(user, current);
      await accounts.setPassphrase(user, next, tellChanged);
      return {};
    },
    'users.renewRecoveryKey': async ({ passphrase }) => {
      const accounts = ownAccounts();
      const { user } = session;
      const tellRenewed = audited('clinic.recovery-key');
      await accounts.assertPassphrase(user, passphrase);
      const recoveryKey = await accounts.renewRecoveryKey(() => tellRenewed(user));
      return { recoveryKey };
    },
    'users.dataKey': () => dataKeys.state(session.store),
    'users.changeDataKey': async ({ passphrase }) => {
      const accounts = ownAccounts();
      const work = session.begin();
      await accounts.assertPassphrase(session.user, passphrase);
      work.assertOpen();
      return { recoveryKey: await dataKeys.begin(work) };
    },
    'users.resumeDataKey': () => {
      dataKeys.goOn(session.begin());
      return {};
    },
    'users.keepDataKey': async () => {
      await dataKeys.giveUp(session.begin());
      return {};
    },
    'users.dataKeyProgress': (_, emit) => dataKeys.progress.subscribe(emit),
  };
}
