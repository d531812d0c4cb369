import { type BrowserWindow, ipcMain, Notification } from 'electron';
import { z } from 'zod';
import { isFromOwnPage } from './own-page.ts';

const progress = z.number().min(0).max(1).nullable();
const doneWork = z.object({
  work: z.literal('import'),
  done: z.int().nonnegative(),
  failed: z.int().nonnegative(),
});

/**
 * Shows by the system's own means how far long work is, and that it is done when nobody looks at the
 * window. A notification lies open on the screen: it holds numbers alone.
 */
export function serveAttention(currentWindow: () => BrowserWindow | undefined): void {
  ipcMain.on('dermaspike:progress', ({ senderFrame }, told: unknown) => {
    const window = currentWindow();
    const parsed = progress.safeParse(told);
    if (!isFromOwnPage(senderFrame, window) || !parsed.success) return;
    window?.setProgressBar(parsed.data ?? -1);
  });
  ipcMain.on('dermaspike:done', ({ senderFrame }, told: unknown) => {
    const window = currentWindow();
    const parsed = doneWork.safeParse(told);
    if (!window || !isFromOwnPage(senderFrame, window) || !parsed.success) return;
    if (window.isFocused() || !Notification.isSupported()) return;
    const { done, failed } = parsed.data;
    const notification = new Notification({
      title: 'Dermaspike',
      body:
        `Import done: ${done} ${done === 1 ? 'image' : 'images'} stored` +
        `${failed > 0 ? `, ${failed} not` : ''}.`,
      silent: true,
    });
    notification.on('click', () => {
      if (window.isDestroyed()) return;
      if (window.isMinimized()) window.restore();
      window.focus();
    });
    notification.show();
  });
}
