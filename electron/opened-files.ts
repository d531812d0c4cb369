import { open } from 'node:fs/promises';
import path from 'node:path';
import { app, dialog } from 'electron';
import { t } from '../src/language/index.ts';
import type { OwnPage } from './own-page.ts';

/** Files that the system opens with Dermaspike: what another clinic gives away, a class, a case or a key. */
const extensions = [
  '.dermaspike-class',
  '.dermaspike-case',
  '.dermaspike-answer',
  '.dermaspike-key',
];
/** Far beyond any of them; what is larger is none. */
const maxBytes = 192 * 2 ** 20;

interface OpenedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Hands the page what was opened by a double click: from this start's arguments, from those of a second
 * start, or by macOS's event. It waits here until the page asks for its port, as a page does that has
 * just loaded.
 */
export class OpenedFiles {
  readonly #page: OwnPage;
  #waiting: OpenedFile[] = [];
  #isPageThere = false;

  constructor(page: OwnPage) {
    this.#page = page;
    page.on('connect', () => {
      this.#isPageThere = true;
      this.#deliver();
    });
    app.on('open-file', (event, file) => {
      event.preventDefault();
      void this.openAll([file]);
    });
  }

  /** Those of a start's arguments that are such files. */
  async openAll(args: readonly string[], folder = process.cwd()): Promise<void> {
    for (const file of args.filter((each) => extensions.some((end) => each.endsWith(end)))) {
      try {
        this.#waiting.push(await readWhole(path.resolve(folder, file)));
      } catch (error) {
        dialog.showErrorBox(
          t('{basename} could not be opened', { basename: path.basename(file) }),
          error instanceof Error ? error.message : String(error),
        );
      }
    }
    this.#deliver();
  }

  #deliver(): void {
    const { window } = this.#page;
    if (!window || !this.#isPageThere) return;
    for (const file of this.#waiting.splice(0))
      window.webContents.send('dermaspike:opened-file', file);
  }
}

async function readWhole(file: string): Promise<OpenedFile> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes)
      throw new Error(`It is larger than ${maxBytes / 2 ** 20} MB, which no such file is.`);
    return { name: path.basename(file), bytes: new Uint8Array(await handle.readFile()) };
  } finally {
    await handle.close();
  }
}
