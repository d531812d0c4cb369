import { app, type BrowserWindow, dialog } from 'electron';
import { t } from '../src/language/index.ts';
import { type Unfinished, unfinished } from '../src/processes/desktop-page.ts';
import type { OwnPage } from './own-page.ts';

const whatIsLost = (): Record<Unfinished, { message: string; detail: string }> => ({
  'recovery-key': {
    message: t('The recovery key is still on the screen.'),
    detail: t(
      'It is shown this once. Print it or write it down first; or renew it later with a passphrase, under Settings, Clinic and users.',
    ),
  },
  import: {
    message: t('Images are still being imported.'),
    detail: t('Those that are not stored yet would have to be imported again.'),
  },
  form: {
    message: t('Something typed is not saved.'),
    detail: t('It would be lost.'),
  },
});

/**
 * Asks before a window with something unfinished closes. The question does not stop main's loop, so
 * an import goes on beneath it: the window stays open at first, and closes upon the answer.
 */
export function askBeforeLeaving(page: OwnPage): void {
  let what: Unfinished | undefined;
  let isQuitting = false;
  let isAsking = false;
  let mayLeave = false;
  page.on('unfinished', (_window, told) => {
    what = unfinished.find((each) => each === told);
  });
  app.on('before-quit', () => {
    isQuitting = true;
  });
  app.on('web-contents-created', (_event, contents) => {
    what = undefined;
    mayLeave = false;
    contents.on('will-prevent-unload', (event) => {
      // Prevented here means: the page may not keep the window open.
      if (mayLeave) return event.preventDefault();
      const { window } = page;
      if (isAsking || window?.webContents !== contents) return;
      isAsking = true;
      const wasQuitting = isQuitting;
      isQuitting = false;
      void ask(window, what ?? 'form').then((leave) => {
        isAsking = false;
        if (!leave || window.isDestroyed()) return;
        mayLeave = true;
        if (wasQuitting) app.quit();
        else window.close();
      });
    });
  });
}

async function ask(window: BrowserWindow, what: Unfinished): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    buttons: [t('Stay'), t('Close anyway')],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
    ...whatIsLost()[what],
  });
  return response === 1;
}
