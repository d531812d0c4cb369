import { randomUUID } from 'node:crypto';
import type { Device } from '../accelerators/accelerator.ts';
import type { Incident, Notice } from '../shared/contract.ts';

/** What befalls devices: told once to whoever listens, and kept as notices for as long as it lasts. */
export class IncidentLog {
  readonly #listeners = new Set<(incident: Incident) => void>();
  readonly #notices = new Map<string, Notice>();
  /** By accelerator. Outlives the device's attachment: what it read before may be wrong too. */
  readonly #trustedSince = new Map<string, string>();

  get notices(): Notice[] {
    return [...this.#notices.values()];
  }

  /** Calls `listener` with each incident from now on. Returns what ends that. */
  subscribe(listener: (incident: Incident) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A device can no longer be used. One that keeps failing in the same way is told of once. */
  failed(device: Device, networkSha256: string | null): void {
    const { id, identity } = device.describe();
    const { isInexact, detail } = device.telemetry();
    const kind = isInexact ? 'set-aside' : 'fallback';
    const { trustedSince } = device.record;
    if (trustedSince && !this.#trustedSince.has(id)) this.#trustedSince.set(id, trustedSince);
    if (this.#notices.get(id)?.kind === kind) return;
    const at = new Date().toISOString();
    this.#notices.set(id, { kind, acceleratorId: id, name: identity.name, at, text: detail });
    const since = isInexact ? (this.#trustedSince.get(id) ?? null) : null;
    this.#tell(device, { at, kind, detail, since, networkSha256 });
  }

  /** A device is in use. */
  attached(device: Device): void {
    const { id } = device.describe();
    if (!this.#notices.delete(id)) return;
    const at = new Date().toISOString();
    const detail = 'The device is back, and its results were checked.';
    this.#tell(device, { at, kind: 'reattached', detail, since: null, networkSha256: null });
  }

  dismiss(acceleratorId: string): void {
    this.#notices.delete(acceleratorId);
  }

  #tell(device: Device, what: Omit<Incident, 'id' | 'acceleratorId' | 'accelerator'>): void {
    const { id: acceleratorId, identity: accelerator } = device.describe();
    const incident = { ...what, id: randomUUID(), acceleratorId, accelerator };
    for (const listener of this.#listeners) listener(incident);
  }
}
