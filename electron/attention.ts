import { Notification } from 'electron';
import { z } from 'zod';
import { t } from '../src/language/index.ts';
import type { OwnPage } from './own-page.ts';

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
export function serveAttention(page: OwnPage): void {
  page.on('progress', (window, told) => {
    const parsed = progress.safeParse(told);
    if (parsed.success) window.setProgressBar(parsed.data ?? -1);
  });
  page.on('done', (window, told) => {
    const parsed = doneWork.safeParse(told);
    if (!parsed.success || window.isFocused() || !Notification.isSupported()) return;
    const { done, failed } = parsed.data;
    const notification = new Notification({
      title: 'Dermaspike',
      body:
        failed > 0
          ? t('Import done: {done, plural, one {# image} other {# images}} stored, {failed} not.', {
              done,
              failed,
            })
          : t('Import done: {done, plural, one {# image} other {# images}} stored.', { done }),
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
