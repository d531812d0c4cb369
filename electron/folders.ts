import { dialog } from 'electron';
import { z } from 'zod';
import type { OwnPage } from './own-page.ts';

const title = z.string().max(120);

/** Has the person choose a folder at the page's request; what becomes of it is the station's affair. */
export function serveFolders(page: OwnPage): void {
  page.answer('choose-folder', async (window, asked) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: title.parse(asked),
      properties: ['openDirectory', 'createDirectory'],
    });
    return canceled ? null : (filePaths[0] ?? null);
  });
}
