import { dialog } from 'electron';
import { t } from '../src/language/index.ts';
import type { Link } from '../src/processes/link.ts';
import { backUpBeforeLeaving } from '../src/station/leaving.ts';

/** A backup that takes no longer than this is not worth a word. */
const patienceMs = 1_500;

/**
 * Backs up before the program ends, where the clinic's schedule says so. Once it takes a while it says so in
 * a box that closes without it; a backup that failed is told of, and the program ends all the same.
 */
export async function backUpThenLeave(connection: Link | undefined): Promise<void> {
  const stop = new AbortController();
  const done = new AbortController();
  const timer = setTimeout(() => void askToWait(stop, done.signal), patienceMs);
  const { failure } = await backUpBeforeLeaving(connection, stop);
  clearTimeout(timer);
  done.abort();
  if (failure === null) return;
  await dialog.showMessageBox({
    type: 'warning',
    buttons: [t('Close')],
    message: t('The clinic was not backed up.'),
    detail: t('{failure} Dermaspike backs up again once the clinic is unlocked.', { failure }),
  });
}

async function askToWait(stop: AbortController, done: AbortSignal): Promise<void> {
  await dialog.showMessageBox({
    type: 'info',
    buttons: [t('Close without a backup')],
    message: t('Backing the clinic up before closing…'),
    detail: t('It closes by itself once the backup is made.'),
    signal: done,
  });
  if (!done.aborted) stop.abort();
}
