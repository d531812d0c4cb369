import { app, type BrowserWindow, dialog } from 'electron';
import { t } from '../src/language/index.ts';

/** A page that crashes this often within a minute is not helped by loading it again. */
const maxReloadsAMinute = 3;

/** Why Chromium's sandbox keeps processes from starting on newer Linux systems, and what helps. */
const sandboxAdvice = (): string[] =>
  process.platform === 'linux'
    ? [
        t(
          'Ubuntu 23.10 and later let only programs with an AppArmor profile use the sandbox. The .deb package brings that profile; a copy that was unpacked by hand needs it from an administrator.',
        ),
      ]
    : [];

/** Offers to start the station again, or to quit, once it has been given up. */
export async function tellStationGaveUp(ending: string, tryAgain: () => void): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    buttons: [t('Try again'), t('Quit')],
    defaultId: 0,
    cancelId: 1,
    message: t('Dermaspike’s service cannot start.'),
    detail: [
      t(
        'It keeps the clinic’s records, and ended at once each time ({ending}). Nothing that was saved is lost.',
        { ending },
      ),
      ...sandboxAdvice(),
      t('Restart the computer, or install Dermaspike again; the records stay where they are.'),
    ].join('\n\n'),
  });
  if (response === 0) tryAgain();
  else app.quit();
}

/** Loads a page that crashed again, and asks when that does not help. */
export function reloadAfterCrash(window: BrowserWindow): void {
  const { webContents } = window;
  let crashes: number[] = [];
  let isAsking = false;
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || isAsking) return;
    const now = performance.now();
    crashes = [...crashes.filter((at) => now - at < 60_000), now];
    if (crashes.length <= maxReloadsAMinute) return webContents.reload();
    isAsking = true;
    void askAfterCrashes(reason).then((tryAgain) => {
      isAsking = false;
      crashes = [];
      if (!tryAgain) app.quit();
      else if (!window.isDestroyed()) webContents.reload();
    });
  });
}

async function askAfterCrashes(reason: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    buttons: [t('Try again'), t('Quit')],
    defaultId: 0,
    cancelId: 1,
    message: t('The window keeps failing.'),
    detail: [
      t(
        'Its page ended {count} times within a minute ({reason}). What was saved is safe, and what was being typed is kept as a draft.',
        { count: maxReloadsAMinute + 1, reason },
      ),
      ...(reason === 'launch-failed' ? sandboxAdvice() : []),
    ].join('\n\n'),
  });
  return response === 0;
}
