import { type BrowserWindow, ipcMain, MessageChannelMain } from 'electron';
import { PortLink } from '../src/processes/electron-utility.ts';
import { joinLinks } from '../src/station/connections.ts';
import type { StationKeeper } from '../src/station/keeper.ts';
import { isFromOwnPage } from './own-page.ts';

/**
 * Hands the page a port to the station: when the page has loaded, and again after each restart of
 * the station, which closed the port before.
 */
export function linkRenderer(
  keeper: StationKeeper,
  currentWindow: () => BrowserWindow | undefined,
) {
  let loaded: Electron.WebFrameMain | undefined;

  const handOver = () => {
    if (!loaded || loaded.isDestroyed()) return;
    const connection = keeper.connect();
    if (!connection) return;
    const { port1, port2 } = new MessageChannelMain();
    loaded.postMessage('dermaspike:port', null, [port1]);
    joinLinks(new PortLink(port2), connection);
  };

  ipcMain.on('dermaspike:connect', ({ senderFrame }) => {
    if (!isFromOwnPage(senderFrame, currentWindow())) return;
    loaded = senderFrame;
    handOver();
  });
  keeper.onStart(handOver);
}
