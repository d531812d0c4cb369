import { type BrowserWindow, ipcMain, type WebFrameMain } from 'electron';
import { isOwnPage } from './content.ts';

/**
 * The workstation's own page, in the top frame of its window. Main hears it through this alone: a message
 * of any other sender is dropped, and a question of any other one refused.
 */
export class OwnPage {
  readonly #currentWindow: () => BrowserWindow | undefined;

  constructor(currentWindow: () => BrowserWindow | undefined) {
    this.#currentWindow = currentWindow;
  }

  get window(): BrowserWindow | undefined {
    return this.#currentWindow();
  }

  /** Hears `dermaspike:<channel>`. */
  on(channel: string, listener: (window: BrowserWindow, ...told: unknown[]) => void): void {
    ipcMain.on(`dermaspike:${channel}`, ({ senderFrame }, ...told: unknown[]) => {
      const window = this.#windowOf(senderFrame);
      if (window) listener(window, ...told);
    });
  }

  /** Answers `dermaspike:<channel>`. */
  answer(channel: string, work: (window: BrowserWindow, ...asked: unknown[]) => unknown): void {
    ipcMain.handle(`dermaspike:${channel}`, async ({ senderFrame }, ...asked: unknown[]) => {
      const window = this.#windowOf(senderFrame);
      if (!window) throw new Error('Only the program’s own page may ask.');
      return work(window, ...asked);
    });
  }

  #windowOf(sender: WebFrameMain | null): BrowserWindow | undefined {
    const window = this.#currentWindow();
    const isOwn = sender !== null && sender === window?.webContents.mainFrame;
    return isOwn && isOwnPage(sender.url) ? window : undefined;
  }
}
