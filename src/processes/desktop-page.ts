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
  /** Has the person choose a folder of this computer; null when they chose none. */
  chooseFolder(title: string): Promise<string | null>;
  readonly updates: DesktopUpdates;
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

/** How the program is updated from a file, without a network. */
export interface DesktopUpdates {
  /** What this copy of the program is, and what it can step back to. */
  state(): Promise<ProgramState>;
  /** Has the person choose an update file, and proves it. */
  choose(): Promise<ChoiceOutcome>;
  /** Sets a copy of the clinic aside, then installs what was proved last. For administrators. */
  install(): Promise<InstallOutcome>;
  /** Ends the program, for the installed version to start or to be installed. */
  finish(): Promise<void>;
  /** Goes back to the version before, and with it to the clinic's copy where it needs that. */
  stepBack(): Promise<Refused | null>;
  /** Told how far `choose` and `install` are; returns what ends it. */
  onProgress(listener: (progress: UpdateProgress) => void): () => void;
}

export interface ProgramState {
  readonly version: string;
  /** In which form it was installed; null for one that cannot replace itself. */
  readonly kind: 'appimage' | 'deb' | 'nsis' | 'zip' | null;
  /** Fingerprints of the keys whose updates it accepts. */
  readonly keys: readonly string[];
  readonly back: StepBack | null;
}

/** What the last update replaced. */
export interface StepBack {
  readonly version: string;
  readonly updatedAt: string;
  /** The former version cannot read the database as it is now: the copy of then takes its place. */
  readonly needsCopy: boolean;
}

/** A message that is fit to show as it is. */
export interface Refused {
  readonly outcome: 'refused';
  readonly message: string;
}

export interface ProvedUpdate {
  readonly version: string;
  readonly notes: string;
  readonly sizeBytes: number;
  readonly madeAt: string;
  /** The fingerprint of the key that signed it. */
  readonly signedBy: string;
  /** The former version will not be able to read the clinic as the new one leaves it. */
  readonly changesDatabase: boolean;
}

export type ChoiceOutcome =
  | Refused
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'proved'; readonly update: ProvedUpdate };

export type InstallOutcome =
  | Refused
  | {
      readonly outcome: 'installed';
      readonly version: string;
      /** What is left to do: start anew, let the installer run, or install the file by hand. */
      readonly next: 'restart' | 'installer' | 'by-hand';
      readonly file: string;
      /** What an administrator of the computer types, where that is how it is installed. */
      readonly command: string | null;
    };

export interface UpdateProgress {
  readonly stage: 'checking' | 'copying' | 'writing';
  readonly share: number;
}
