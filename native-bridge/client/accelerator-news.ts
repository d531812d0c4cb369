import { randomUUID } from 'node:crypto';
import { emulatorIdentity } from '../accelerators/emulator-identity.ts';
import type {
  AcceleratorOverview,
  AcceleratorStatus,
  Incident,
  Notice,
} from '../shared/contract.ts';

/** What the station's side knows of the accelerators, and tells to whoever listens. */
export class AcceleratorNews {
  readonly #overviewListeners = new Set<(overview: AcceleratorOverview) => void>();
  readonly #incidentListeners = new Set<(incident: Incident) => void>();
  #overview: AcceleratorOverview = {
    accelerators: [],
    obstacles: [],
    policy: 'device-first',
    notices: [],
  };
  #beforeSilence: AcceleratorOverview | undefined;
  /** While the emulator runs in this process. */
  #notice: Notice | undefined;

  /** Without accelerators before the first network. */
  get overview(): AcceleratorOverview {
    return this.#overview;
  }

  /** Calls `listener` with each new overview. Returns what ends that. */
  onOverview(listener: (overview: AcceleratorOverview) => void): () => void {
    this.#overviewListeners.add(listener);
    return () => this.#overviewListeners.delete(listener);
  }

  /** Calls `listener` with each incident from now on. Returns what ends that. */
  onIncident(listener: (incident: Incident) => void): () => void {
    this.#incidentListeners.add(listener);
    return () => this.#incidentListeners.delete(listener);
  }

  report(overview: AcceleratorOverview): void {
    this.#beforeSilence = undefined;
    const others = overview.notices.filter(({ kind }) => kind !== 'emulator-in-station');
    this.#overview = { ...overview, notices: [...(this.#notice ? [this.#notice] : []), ...others] };
    for (const listener of this.#overviewListeners) listener(this.#overview);
  }

  /** The accelerators as last heard of, in a state that the bridge can no longer report itself. */
  reportUnwell(state: 'starting' | 'failed', detail: string): void {
    const { accelerators } = this.#overview;
    const known = accelerators.length > 0 ? accelerators : [unheardOf];
    this.report({
      ...this.#overview,
      accelerators: known.map((status) => ({ ...status, state, detail })),
    });
  }

  /** The bridge gives no sign of life; what it reported last is kept for when it does again. */
  silent(): void {
    const lastReport = this.#overview;
    this.reportUnwell('starting', 'The device bridge does not answer just now.');
    this.#beforeSilence = lastReport;
  }

  recovered(): void {
    if (this.#beforeSilence) this.report(this.#beforeSilence);
  }

  tell(incident: Incident): void {
    for (const listener of this.#incidentListeners) listener(incident);
  }

  bridgeRestarted(): void {
    this.#tellOfBridge(
      'bridge-restarted',
      'The device bridge stopped and was started again; its images were read once more.',
    );
  }

  /** There is a notice of it until `dismiss`. */
  bridgeGivenUp(): void {
    const text =
      'The device bridge stopped several times, so the emulator now runs without it; accelerators ' +
      'are not used. Search for devices to try again; run "doctor".';
    const { at, acceleratorId } = this.#tellOfBridge('emulator-in-station', text);
    this.#notice = {
      kind: 'emulator-in-station',
      acceleratorId,
      name: 'the device bridge',
      at,
      text,
    };
  }

  /** Whether there was a notice of the bridge itself with this id. */
  dismiss(acceleratorId: string): boolean {
    if (this.#notice?.acceleratorId !== acceleratorId) return false;
    this.#notice = undefined;
    this.report(this.#overview);
    return true;
  }

  #tellOfBridge(kind: 'bridge-restarted' | 'emulator-in-station', detail: string): Incident {
    const incident: Incident = {
      id: randomUUID(),
      at: new Date().toISOString(),
      acceleratorId: bridgeId,
      accelerator: emulatorIdentity,
      kind,
      detail,
      since: null,
      networkSha256: null,
    };
    this.tell(incident);
    return incident;
  }
}

/** Stands for an accelerator's where the bridge process itself is meant. */
export const bridgeId = 'bridge';

/** Stands for the accelerator that every machine has while no bridge has ever answered. */
const unheardOf: AcceleratorStatus = {
  id: 'emulator',
  identity: emulatorIdentity,
  state: 'starting',
  networkName: null,
  detail: '',
  completed: 0,
  medianMs: null,
  imagesPerSecond: null,
  device: null,
};
