import path from 'node:path';
import { app, BrowserWindow, screen, type WebContents } from 'electron';
import { distFile } from '../src/processes/dist.ts';
import { appOrigin, isOwnPage, pageSession } from './content.ts';
import { readWindowState, writeWindowState } from './window-state.ts';

/** A page that crashes this often within a minute is not helped by loading it again. */
const maxReloadsAMinute = 3;

/** Opens the one window, where it was last time. */
export function openWindow(): BrowserWindow {
  const stateFile = path.join(app.getPath('userData'), 'window.json');
  const state = readWindowState(
    stateFile,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    width: 1280,
    height: 860,
    ...state?.bounds,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Dermaspike',
    webPreferences: {
      session: pageSession(),
      preload: distFile('preload.cjs'),
      additionalArguments: [`--dermaspike-version=${app.getVersion()}`],
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      // Its dictionaries would come from the network.
      spellcheck: false,
      safeDialogs: true,
      navigateOnDragDrop: false,
    },
  });
  if (state?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () =>
    writeWindowState(stateFile, {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
    }),
  );
  reloadAfterCrash(window.webContents);
  void window.loadURL(`${appOrigin}/`);
  return window;
}

/** Keeps every page where it is: no navigation, no further windows, no embedded browser. */
export function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    // A reload is a navigation to where the page already is.
    if (!isOwnPage(event.url) || event.url !== contents.getURL()) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

function reloadAfterCrash(contents: WebContents): void {
  let crashes: number[] = [];
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const now = performance.now();
    crashes = [...crashes.filter((at) => now - at < 60_000), now];
    if (crashes.length <= maxReloadsAMinute) contents.reload();
  });
}
