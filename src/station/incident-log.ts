import {
  type BridgeClient,
  demoAcceleratorId,
  type Incident,
} from '../../native-bridge/client/client.ts';
import { StoreError } from '../store/index.ts';
import type { Broadcast } from './changes.ts';
import type { Clinics } from './clinics.ts';
import type { Topic } from './contract/index.ts';

/** Incidents that are remembered for clinics that are unlocked later. */
const remembered = 1_000;

/**
 * Writes what befalls the accelerators into the clinic and its audit log, at once where one is open,
 * else when one is: a clinic that is locked has readings of the same device. The demo clinic's
 * virtual accelerator has read for no other clinic.
 */
export class IncidentLog {
  readonly #clinics: Clinics;
  readonly #changed: Broadcast<readonly Topic[]>;
  readonly #incidents: Incident[] = [];

  constructor(clinics: Clinics, bridge: BridgeClient, changed: Broadcast<readonly Topic[]>) {
    this.#clinics = clinics;
    this.#changed = changed;
    bridge.onIncident((incident) => {
      this.#incidents.push(incident);
      this.#incidents.splice(0, this.#incidents.length - remembered);
      this.#write([incident]);
    });
    changed.subscribe((topics) => {
      if (topics.includes('session')) this.#write(this.#incidents);
    });
  }

  /** What does not fit on a full disk is written when the clinic is next opened. */
  #write(incidents: readonly Incident[]): void {
    try {
      this.#add(incidents);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  #add(incidents: readonly Incident[]): void {
    if (incidents.length === 0 || !this.#clinics.isOpen) return;
    const { store, isDemo } = this.#clinics;
    const added = store.transaction(() => {
      const fresh = incidents.filter(
        (incident) =>
          (isDemo || incident.acceleratorId !== demoAcceleratorId) && store.incidents.add(incident),
      );
      for (const { kind, accelerator } of fresh)
        store.audit.append({
          userId: null,
          action: `accelerator.${kind}`,
          subject: `accelerator:${accelerator.name} ${accelerator.version}`,
        });
      return fresh.length;
    });
    if (added > 0) this.#changed.emit(['accelerators']);
  }
}
