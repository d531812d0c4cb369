import path from 'node:path';
import { app, BrowserWindow, nativeTheme, screen, type WebContents } from 'electron';
import type { ScreenSettings } from '../src/clinic/entities/index.ts';
import { distFile } from '../src/processes/dist.ts';
import { appOrigin, isOwnPage, pageSession } from './content.ts';
import { reloadAfterCrash } from './failures.ts';
import { watchPage } from './silence.ts';
import { readWindowState, writeWindowState } from './window-state.ts';

/** What a window shows before its page does, as tokens.css has it. */
const ground = { light: '#f3f6f6', dark: '#0f1415' };

/** Opens the one window, where it was last time, and looking as this computer's choices say. */
export function openWindow(chosen: ScreenSettings): BrowserWindow {
  const stateFile = path.join(app.getPath('userData'), 'window.json');
  const state = readWindowState(
    stateFile,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  const isDark =
    chosen.theme === 'system' ? nativeTheme.shouldUseDarkColors : chosen.theme === 'dark';
  const window = new BrowserWindow({
    width: 1280,
    height: 860,
    ...state?.bounds,
    minWidth: 900,
    minHeight: 600,
    show: false,
    backgroundColor: isDark ? ground.dark : ground.light,
    title: 'Dermaspike',
    webPreferences: {
      session: pageSession(),
      preload: distFile('preload.cjs'),
      additionalArguments: [
        `--dermaspike-version=${app.getVersion()}`,
        `--dermaspike-screen=${JSON.stringify(chosen)}`,
      ],
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      devTools: !app.isPackaged,
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
  reloadAfterCrash(window);
  watchPage(window);
  void window.loadURL(`${appOrigin}/`);
  return window;
}

/** Keeps every page where it is: no navigation, no further windows, no embedded browser, no packets. */
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
  // WebRTC heeds neither the page's security policy nor the session's filter.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
