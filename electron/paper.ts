import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import { z } from 'zod';
import { t } from '../src/language/index.ts';
import type { PrintOutcome, SaveOutcome } from '../src/processes/desktop-page.ts';
import type { OwnPage } from './own-page.ts';

const fileName = z.string().min(1).max(120);

/**
 * Prints the page and saves it as a PDF, at its request. Without a printer `window.print` ends
 * Electron's main process, so the page has none: what prints is asked for first.
 */
export function servePaper(page: OwnPage): void {
  page.answer('print', printPage);
  page.answer('save-pdf', (window, suggested) => {
    const name = fileName.safeParse(suggested);
    return name.success ? savePage(window, name.data) : 'failed';
  });
}

/** Prints at the menu's request, and says what is in the way. */
export async function printFromMenu(window: BrowserWindow): Promise<void> {
  const outcome = await printPage(window);
  if (outcome === 'no-printer' || outcome === 'failed')
    await dialog.showMessageBox(window, {
      type: 'info',
      message:
        outcome === 'no-printer'
          ? t('This computer has no printer.')
          : t('It could not be printed.'),
      detail: t('It can be saved as a PDF instead: File, Save as PDF.'),
    });
}

/** Prints what is in the window, on a printer that the person chooses. */
async function printPage({ webContents }: BrowserWindow): Promise<PrintOutcome> {
  try {
    if ((await webContents.getPrintersAsync()).length === 0) return 'no-printer';
    return await new Promise((resolve) =>
      webContents.print({ printBackground: true }, (isPrinted, reason) =>
        resolve(isPrinted ? 'printed' : /cancel/i.test(reason) ? 'cancelled' : 'failed'),
      ),
    );
  } catch {
    return 'failed';
  }
}

/** Saves what is in the window, readable by this user alone. */
export async function savePage(window: BrowserWindow, suggestedName: string): Promise<SaveOutcome> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: path.join(app.getPath('documents'), `${path.basename(suggestedName)}.pdf`),
    filters: [{ name: 'PDF', extensions: ['pdf'] }],
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  if (canceled || !filePath) return 'cancelled';
  try {
    const pdf = await window.webContents.printToPDF({ printBackground: true, pageSize: 'A4' });
    try {
      await writeFile(filePath, pdf, { mode: 0o600 });
    } finally {
      // Main keeps no record in its memory.
      pdf.fill(0);
    }
    await chmod(filePath, 0o600);
    return 'saved';
  } catch {
    return 'failed';
  }
}
