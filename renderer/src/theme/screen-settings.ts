import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { type ScreenSettings, screenSettings } from '../../../src/clinic/entities/index.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';

/** As the desktop shell says at the start; elsewhere the usual ones until the station answers. */
let current: ScreenSettings = screenSettings
  .catch({ theme: 'system', singleKeys: true, language: null })
  .parse(window.dermaspike?.screen);
const listeners = new Set<() => void>();

/** This computer's choices about its screen, as this page knows them. */
export const currentScreenSettings = (): ScreenSettings => current;

/** Puts the choices on the page; tokens.css does the rest. */
export function applyScreenSettings(settings = current): void {
  current = settings;
  const { dataset } = document.documentElement;
  if (settings.theme === 'system') delete dataset.theme;
  else dataset.theme = settings.theme;
  for (const listener of listeners) listener();
}

/** Follows what the station keeps, whichever window chose it. */
export function useKeptScreenSettings(isConnected: boolean): void {
  const { data } = useStationQuery('settings.screen', {}, { enabled: isConnected });
  useEffect(() => applyScreenSettings(data), [data]);
}

/** The choices, and what makes another one: at once here, then kept by the station. */
export function useScreenSettings() {
  const station = useStation();
  const settings = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentScreenSettings);
  const choose = useCallback(
    async (choice: Partial<ScreenSettings>) => {
      applyScreenSettings({ ...current, ...choice });
      await station.call('settings.setScreen', current);
    },
    [station],
  );
  return { settings, choose };
}
