import { MessageChannelMain } from 'electron';
import { PortLink } from '../src/processes/electron-utility.ts';
import { joinLinks } from '../src/station/connections.ts';
import type { StationKeeper } from '../src/station/keeper.ts';
import type { OwnPage } from './own-page.ts';

/** The window's name among the station's screens: what main does for it is done at its screen. */
export const windowScreen = 'window';

/**
 * Hands the page a port to the station: when the page has loaded, and again after each restart of
 * the station, which closed the port before.
 */
export function linkRenderer(page: OwnPage, keeper: StationKeeper): void {
  let loaded: Electron.WebFrameMain | undefined;

  const handOver = () => {
    if (!loaded || loaded.isDestroyed()) return;
    const connection = keeper.connect(windowScreen);
    if (!connection) return;
    const { port1, port2 } = new MessageChannelMain();
    loaded.postMessage('dermaspike:port', null, [port1]);
    joinLinks(new PortLink(port2), connection);
  };

  page.on('connect', ({ webContents }) => {
    loaded = webContents.mainFrame;
    handOver();
  });
  keeper.onStart(handOver);
}
