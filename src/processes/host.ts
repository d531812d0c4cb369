import type { Link } from './link.ts';

/** The programs that a shell can start; each is one bundle in `dist/`. */
export type ProcessName = 'station' | 'bridge' | 'decoder' | 'virtual-device';

export interface HostedProcess {
  readonly pid: number | undefined;
  readonly link: Link;
  /** Settles once, when the process has ended for whatever reason. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Ends it at once (SIGKILL where there are signals); safe to call twice. */
  kill(): void;
}

/** Starts the product's processes: one implementation a host (Node here, Electron in `electron/`). */
export interface ProcessHost {
  spawn(name: ProcessName, args?: readonly string[]): HostedProcess;
}
