import type { AcceleratorIdentity } from '../../src/clinic/entities/index.ts';
import type { DeviceStatus, ExactnessCheck, NetworkInfo } from '../shared/contract.ts';
import type { AttestationRecord } from './attestation-record.ts';

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

/** An accelerator that may be wrong, and so is compared with the emulator. */
export interface Device extends Accelerator {
  /** Every comparison; who makes one adds it. */
  readonly record: AttestationRecord;
  /**
   * Replays the golden images of each network that is loaded, and sets the device aside when a
   * count differs. Returns the first check with a mismatch, or else the last.
   */
  test(): Promise<ExactnessCheck>;
  /** For a wrong count; it is not asked again, and what runs fails with `accelerator-failed`. */
  setAside(reason: string): void;
  status(): DeviceStatus;
}

export function isDevice(accelerator: Accelerator): accelerator is Device {
  return 'setAside' in accelerator;
}

export interface AcceleratorDescription {
  /** Unique in this bridge, and the same after a restart. */
  readonly id: string;
  readonly identity: AcceleratorIdentity;
  /** How many batches may run at once. */
  readonly concurrency: number;
  /** Images that are best given at once where many wait. May change with its pace. */
  readonly batch: number;
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
  /** It failed because a count was wrong, not because there was none. */
  readonly isInexact?: boolean;
}
