import type { StationKeeper } from '../src/station/keeper.ts';
import type { UtilityHost } from './host.ts';
import type { OwnPage } from './own-page.ts';

/** The window's name among the station's screens: what main does for it is done at its screen. */
export const windowScreen = 'window';

/**
 * Hands the page a port to the station: when the page has loaded, and again after each restart of
 * the station, with which the
 * one before has closed. Main keeps no end of it and sees nothing of what passes.
 */
export function linkRenderer(page: OwnPage, keeper: StationKeeper, host: UtilityHost): void {
  let loaded: Electron.WebFrameMain | undefined;

  const handOver = () => {
    if (!loaded || loaded.isDestroyed()) return;
    const port = host.connectScreen(windowScreen);
    if (port) loaded.postMessage('dermaspike:port', null, [port]);
  };

  page.on('connect', ({ webContents }) => {
    loaded = webContents.mainFrame;
    handOver();
  });
  keeper.onStart(handOver);
}
