import type { Candidate, Discovery, Findings } from '../../../native-bridge/discovery/discovery.ts';
import type { ByteLink } from '../../../native-bridge/links/link.ts';

/** A port of no computer: what is plugged into it is found, opened, and pulled at will. */
export class VirtualPort implements Discovery {
  readonly #id: string;
  readonly #connect: () => ByteLink;
  readonly #listeners = new Set<() => void>();
  readonly #links = new Set<ByteLink>();
  #plugs = 0;
  #isPlugged = false;

  /** @param connect starts a device and gives the host's end of its link. */
  constructor(id: string, connect: () => ByteLink) {
    this.#id = id;
    this.#connect = connect;
  }

  plug(): void {
    this.#plugs++;
    this.#isPlugged = true;
    this.#changed();
  }

  unplug(): void {
    this.#isPlugged = false;
    for (const link of this.#links) link.close();
    this.#changed();
  }

  async find(): Promise<Findings> {
    const candidate: Candidate = {
      id: `${this.#id}:${this.#plugs}`,
      link: 'pipe',
      label: `Virtual accelerator on ${this.#id}`,
      open: async () => {
        const link = this.#connect();
        this.#links.add(link);
        link.onClose(() => this.#links.delete(link));
        return link;
      },
    };
    return { candidates: this.#isPlugged ? [candidate] : [], obstacles: [] };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
