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
  /** How far long work is, 0 to 1, for the system's own bar or dock; null once there is none. */
  tellProgress(done: number | null): void;
  /** Has the system tell that work is done, should nobody be looking at the window. */
  tellDone(work: DoneWork): void;
  /** Whether and for whom this computer's keychain unlocks the clinic. */
  keychain(): Promise<KeychainState>;
  /** Puts a user's passphrase into the computer's keychain, once it has proved to unlock. */
  keepInKeychain(userName: string, passphrase: string): Promise<KeychainOutcome>;
  forgetKeychain(): Promise<KeychainState>;
  /** Unlocks the clinic with what the keychain holds; the page never sees it. */
  unlockByKeychain(): Promise<KeychainOutcome>;
}

/** Beside `dermaspike:port`, what the shell posts to its page. */
export interface OpenedFile {
  readonly type: 'dermaspike:opened-file';
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type PrintOutcome = 'printed' | 'cancelled' | 'no-printer' | 'failed';
export type SaveOutcome = 'saved' | 'cancelled' | 'failed';

export const unfinished = ['recovery-key', 'import', 'form'] as const;
export type Unfinished = (typeof unfinished)[number];

/** Numbers alone: a notification lies open on the screen, and names no patient. */
export interface DoneWork {
  readonly work: 'import';
  readonly done: number;
  readonly failed: number;
}

export interface KeychainState {
  /** Why it cannot be used here, where it cannot. */
  readonly unavailable: 'no-keychain' | 'not-encrypted' | null;
  /** The user for whom it unlocks. */
  readonly userName: string | null;
}

export type KeychainOutcome = 'done' | 'wrong-passphrase' | 'unavailable' | 'failed';
