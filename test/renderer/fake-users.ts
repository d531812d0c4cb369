import type { User } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { DataKeyState, StationContract } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';

/** Whoever types a passphrase that begins with "wrong" has the wrong one. */
function assertPassphrase(passphrase: string): void {
  if (passphrase.startsWith('wrong'))
    fail('wrong-passphrase', 'The name and the passphrase do not belong together.');
}

export function fakeUsers(
  clinic: Clinic,
  changed: (...topics: string[]) => void,
): Pick<
  Handlers<StationContract>,
  | 'users.list'
  | 'users.add'
  | 'users.rename'
  | 'users.setRole'
  | 'users.disable'
  | 'users.setPassphrase'
  | 'users.changePassphrase'
  | 'users.renewRecoveryKey'
  | 'users.dataKey'
  | 'users.changeDataKey'
  | 'users.resumeDataKey'
  | 'users.keepDataKey'
  | 'users.dataKeyProgress'
  | 'settings.get'
  | 'settings.set'
  | 'settings.screen'
  | 'settings.setScreen'
> {
  const change = (userId: string, part: Partial<Pick<User, 'name' | 'role' | 'disabledAt'>>) => {
    const at = clinic.users.findIndex(({ id }) => id === userId);
    const former = clinic.users[at] ?? fail('not-found', 'There is no such user.');
    const user = { ...former, ...part };
    clinic.users[at] = user;
    changed('users', 'session');
    return user;
  };
  const tell = (part: Partial<DataKeyState>) => {
    clinic.dataKey = { ...clinic.dataKey, ...part };
    changed('users');
  };
  return {
    'users.list': () => clinic.users,
    'users.add': ({ userName, role }) => {
      const user = clinic.addUser(userName, role);
      changed('users');
      return user;
    },
    'users.rename': ({ userId, userName }) => change(userId, { name: userName }),
    'users.setRole': ({ userId, role }) => change(userId, { role }),
    'users.disable': ({ userId }) => change(userId, { disabledAt: new Date().toISOString() }),
    'users.setPassphrase': ({ userId }) => change(userId, { disabledAt: null }),
    'users.changePassphrase': ({ current }) => {
      assertPassphrase(current);
      return {};
    },
    'users.renewRecoveryKey': ({ passphrase }) => {
      assertPassphrase(passphrase);
      return { recoveryKey: 'N3W0K-29MDW-R4T8H-VCP3N-Z61JY-FB5S7' };
    },
    'users.dataKey': () => clinic.dataKey,
    'users.changeDataKey': ({ passphrase }) => {
      assertPassphrase(passphrase);
      const begunAt = new Date().toISOString();
      tell({ change: { begunAt, share: 0.25, failure: null } });
      return { recoveryKey: 'D4T4K-29MDW-R4T8H-VCP3N-Z61JY-FB5S7' };
    },
    'users.resumeDataKey': () => {
      const changedAt = new Date().toISOString();
      tell({ changedAt, change: null, shutOut: clinic.users.slice(1, 2).map(({ id }) => id) });
      return {};
    },
    'users.keepDataKey': () => {
      tell({ change: null });
      return {};
    },
    'users.dataKeyProgress': (_, emit) => {
      emit({ share: 0.5 });
      return () => {};
    },
    'settings.get': () => clinic.settings,
    'settings.screen': () => clinic.screenSettings,
    'settings.setScreen': (settings) => {
      clinic.screenSettings = settings;
      changed('settings');
      return settings;
    },
    'settings.set': (settings) => {
      clinic.settings = settings;
      changed('settings');
      return settings;
    },
  };
}
