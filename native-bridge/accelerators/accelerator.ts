import type { AcceleratorIdentity } from '../../src/clinic/entities.ts';
import type { NetworkInfo } from '../contract.ts';

/**
 * Something that runs a quantized spiking network: the emulator, or a device over the wire. Every
 * method that fails throws `BridgeError`.
 */
export interface Accelerator {
  describe(): AcceleratorDescription;
  /** Makes the network ready beside those already loaded; `model-invalid` when it cannot be run. */
  load(network: NetworkFile): Promise<NetworkInfo>;
  /** One result an image, in order. Fails as a whole; with `cancelled` once the signal aborts. */
  infer(batch: Batch, signal: AbortSignal): Promise<readonly Inference[]>;
  telemetry(): Telemetry;
  /** Calls `listener` whenever `telemetry()` has changed. Returns what ends that. */
  onChange(listener: () => void): () => void;
  /** Fails whatever is running with `no-accelerator` and frees everything. */
  close(): Promise<void>;
}

export interface AcceleratorDescription {
  /** Unique in this bridge, and the same after a restart. */
  readonly id: string;
  readonly identity: AcceleratorIdentity;
  /** How many batches may run at once. */
  readonly concurrency: number;
}

export interface NetworkFile {
  readonly name: string;
  readonly sha256: string;
  /** Quantized ONNX. */
  readonly file: Uint8Array;
}

export interface Batch {
  readonly networkSha256: string;
  /** uint8, channels × height × width each. */
  readonly images: readonly Uint8Array[];
}

export interface Inference {
  readonly spikeCounts: Int32Array;
  readonly durationMs: number;
}

export interface Telemetry {
  readonly state: 'starting' | 'ready' | 'failed';
  /** One line for the person. */
  readonly detail: string;
}
