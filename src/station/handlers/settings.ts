import type { Handlers } from '../../processes/channel.ts';
import type { settingsProcedures } from '../contract/settings.ts';
import { keepScreenSettings, readScreenSettings } from '../screen-settings.ts';
import type { StationContext } from './context.ts';

export function settingsHandlers({
  dataFolder,
  clinics,
  session,
  changed,
}: StationContext): Handlers<typeof settingsProcedures> {
  return {
    'settings.get': () => session.store.settings.get(),
    'settings.set': (settings) => {
      const { store, user } = session;
      store.transaction(() => {
        const before = store.settings.get();
        store.settings.set(settings);
        const audit = (action: string, subject: string) =>
          store.audit.append({ userId: user.id, action, subject });
        if (settings.lockAfterMs !== before.lockAfterMs)
          audit('clinic.idle-lock', `wait-ms:${settings.lockAfterMs ?? 'never'}`);
        if (settings.impressionFirst !== before.impressionFirst)
          audit('clinic.impression-first', settings.impressionFirst ? 'on' : 'off');
      });
      clinics.awaitIdle(settings.lockAfterMs);
      changed.emit(['settings']);
      return settings;
    },
    'settings.screen': () => readScreenSettings(dataFolder),
    'settings.setScreen': (settings) => {
      keepScreenSettings(dataFolder, settings);
      changed.emit(['settings']);
      return settings;
    },
  };
}
