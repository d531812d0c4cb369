/** What the desktop shell does for its page; `electron/preload.ts` puts it at `window.dermaspike`. */
export interface DesktopPage {
  readonly platform: string;
  readonly version: string;
  /** This computer's choices about its screen, as they were when the window opened. */
  readonly screen: unknown;
  /** Prints the page, on a printer that the person chooses. */
  print(): Promise<PrintOutcome>;
  /** Saves the page as a PDF file where the person wants it. */
  savePdf(suggestedName: string): Promise<SaveOutcome>;
  /** What would be lost if the window closed now: the shell asks before it does. */
  tellUnfinished(what: Unfinished | null): void;
}

export type PrintOutcome = 'printed' | 'cancelled' | 'no-printer' | 'failed';
export type SaveOutcome = 'saved' | 'cancelled' | 'failed';

export const unfinished = ['recovery-key', 'import', 'form'] as const;
export type Unfinished = (typeof unfinished)[number];
