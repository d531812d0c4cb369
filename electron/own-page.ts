import type { BrowserWindow, WebFrameMain } from 'electron';
import { isOwnPage } from './content.ts';

/** Whether a message comes from the workstation's own page, in the top frame of its window. */
export function isFromOwnPage(
  sender: WebFrameMain | null,
  window: BrowserWindow | undefined,
): sender is WebFrameMain {
  return sender !== null && sender === window?.webContents.mainFrame && isOwnPage(sender.url);
}
