import type { SharedProgram } from '../../src/snn/index.ts';
import type { BridgeErrorCode, NetworkInfo } from '../shared/contract.ts';
import type { NetworkFile } from './accelerator.ts';

/** Emulator → thread. One at a time; each gets one answer. */
export type ThreadRequest =
  | {
      readonly type: 'load';
      readonly network: NetworkFile;
      /** Where the thread works in the program's memory, and how many such places there are. */
      readonly slot: number;
      readonly slots: number;
      /** Packed by another thread; absent for the first. */
      readonly program: SharedProgram | undefined;
    }
  | { readonly type: 'run'; readonly networkSha256: string; readonly image: Uint8Array };

/** Thread → emulator. */
export type ThreadAnswer =
  /** Sent once, unasked, when the thread is up. */
  | { readonly type: 'started' }
  | {
      readonly type: 'loaded';
      readonly info: NetworkInfo;
      /** For the threads that load the network after this one. */
      readonly program: SharedProgram;
    }
  | { readonly type: 'result'; readonly spikeCounts: Int32Array; readonly durationMs: number }
  | { readonly type: 'refused'; readonly code: BridgeErrorCode; readonly message: string };
