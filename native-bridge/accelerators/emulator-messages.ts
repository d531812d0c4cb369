import type { BridgeErrorCode, NetworkInfo } from '../contract.ts';
import type { NetworkFile } from './accelerator.ts';

/** Emulator → thread. One at a time; each gets one answer. */
export type ThreadRequest =
  | { readonly type: 'load'; readonly network: NetworkFile }
  | { readonly type: 'run'; readonly networkSha256: string; readonly image: Uint8Array };

/** Thread → emulator. */
export type ThreadAnswer =
  /** Sent once, unasked, when the thread is up. */
  | { readonly type: 'started' }
  | { readonly type: 'loaded'; readonly info: NetworkInfo }
  | { readonly type: 'result'; readonly spikeCounts: Int32Array; readonly durationMs: number }
  | { readonly type: 'refused'; readonly code: BridgeErrorCode; readonly message: string };
