import type { Handlers } from '../../processes/channel.ts';
import type { settingsProcedures } from '../contract/settings.ts';
import type { StationContext } from './context.ts';

export function settingsHandlers({
  session,
  idleLock,
  changed,
}: StationContext): Handlers<typeof settingsProcedures> {
  return {
    'settings.get': () => session.store.settings.get(),
    'settings.set': (settings) => {
      const { store, user } = session;
      store.transaction(() => {
        store.settings.set(settings);
        store.audit.append({
          userId: user.id,
          action: 'clinic.idle-lock',
          subject: `wait-ms:${settings.lockAfterMs ?? 'never'}`,
        });
      });
      idleLock.active(settings.lockAfterMs);
      changed.emit(['settings']);
      return settings;
    },
  };
}
