import type { Batch, Device, Inference } from '../../../native-bridge/accelerators/accelerator.ts';
import { AttestationRecord } from '../../../native-bridge/accelerators/attestation-record.ts';
import { BridgeError, type ExactnessCheck } from '../../../native-bridge/shared/contract.ts';
import { HeldAccelerator } from './held-accelerator.ts';

/** Gives each image's first value as its count, or one more where it is told to be wrong. */
export class CountingDevice extends HeldAccelerator implements Device {
  readonly record = new AttestationRecord();
  isWrong: (value: number) => boolean = () => false;
  reason: string | undefined;

  override async infer({ images }: Batch): Promise<Inference[]> {
    return images.map(([value = 0]) => ({
      spikeCounts: Int32Array.of(value + (this.isWrong(value) ? 1 : 0)),
      durationMs: 1,
    }));
  }
  setAside(reason: string): void {
    this.reason = reason;
  }
  override telemetry() {
    return this.reason === undefined
      ? super.telemetry()
      : { state: 'failed' as const, detail: this.reason, isInexact: true };
  }
  async test(): Promise<ExactnessCheck> {
    throw new BridgeError('model-invalid', 'Not asked here.');
  }
  status(): never {
    throw new BridgeError('model-invalid', 'Not asked here.');
  }
}

export class CountingReference extends CountingDevice {
  compared = 0;
  #gate: Promise<void> = Promise.resolve();

  hold(): () => void {
    const gate = Promise.withResolvers<void>();
    this.#gate = gate.promise;
    return gate.resolve;
  }
  override async infer(batch: Batch): Promise<Inference[]> {
    this.compared += batch.images.length;
    await this.#gate;
    return super.infer(batch);
  }
}
