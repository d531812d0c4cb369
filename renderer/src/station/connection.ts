import { t } from '../../../src/language/index.ts';
import { type Client, connect } from '../../../src/processes/channel.ts';
import {
  type EventOf,
  type InputOf,
  type OutputOf,
  RemoteError,
} from '../../../src/processes/contract.ts';
import { watchPulse } from '../../../src/processes/pulse.ts';
import { type StationContract, stationContract } from '../../../src/station/contract/index.ts';
import { NotLetIn } from './greeting.ts';
import type { Transport } from './transport.ts';

export type ConnectionStatus = 'connecting' | 'connected' | 'reconnecting' | 'not-let-in';

type StationClient = Client<StationContract>;
export type StationCall = Parameters<StationClient['call']>[0];
export type StationStream = Parameters<StationClient['subscribe']>[0];
export type StationInput<K extends StationCall> = InputOf<StationContract[K]>;
export type StationOutput<K extends StationCall> = OutputOf<StationContract[K]>;
export type StationEvent<K extends StationStream> = EventOf<StationContract[K]>;

/** A station that takes another one's place is there by then. */
const whenConnectedMs = 5000;

/** The station as the screens know it: one client that outlives the links beneath it. */
export class StationConnection {
  readonly #transport: Transport;
  readonly #listeners = new Set<() => void>();
  readonly #subscriptions = new Set<(client: StationClient) => void>();
  #status: ConnectionStatus = 'connecting';
  #isSilent = false;
  #client: StationClient | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
    void this.#keepConnected();
  }

  readonly status = (): ConnectionStatus => this.#status;

  /** Connected, but it has not answered for some seconds: busy, or stuck. */
  readonly isSilent = (): boolean => this.#isSilent;

  readonly onStatusChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Rejects with `RemoteError`, at once when there is no connection. */
  call<K extends StationCall>(
    name: K,
    input: StationInput<K>,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<StationOutput<K>> {
    if (this.#client) return this.#client.call(name, input, options);
    return Promise.reject(
      new RemoteError({ code: 'link-closed', message: t('Not connected to the station.') }),
    );
  }

  /** Resolves once there is a connection, or after a few seconds without one. */
  whenConnected(): Promise<void> {
    if (this.#client) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.onStatusChange(() => this.#client && done());
      const timer = setTimeout(() => done(), whenConnectedMs);
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
    });
  }

  /** Subscribes now and again after each reconnection, until the returned function is called. */
  subscribe<K extends StationStream>(name: K, onEvent: (event: StationEvent<K>) => void) {
    let stop = () => {};
    const start = (client: StationClient) => {
      stop = client.subscribe(name, {} as InputOf<StationContract[K]>, onEvent);
    };
    this.#subscriptions.add(start);
    if (this.#client) start(this.#client);
    return () => {
      this.#subscriptions.delete(start);
      stop();
    };
  }

  async #keepConnected(): Promise<void> {
    for (let failures = 0; ; ) {
      try {
        const link = watchPulse(await this.#transport.open(), {
          silent: () => this.#setSilent(true),
          back: () => this.#setSilent(false),
        });
        // Before the calls that fail with it hear of that: one that is made again waits for the next.
        link.onClose(() => {
          this.#client = undefined;
        });
        const client = connect(link, stationContract);
        failures = 0;
        this.#client = client;
        for (const start of this.#subscriptions) start(client);
        this.#setStatus('connected');
        await client.closed;
      } catch (error) {
        if (error instanceof NotLetIn) return this.#setStatus('not-let-in');
        failures += 1;
      }
      this.#setSilent(false);
      this.#setStatus(this.#status === 'connecting' ? 'connecting' : 'reconnecting');
      await new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** failures, 4000)));
    }
  }

  #setStatus(status: ConnectionStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of this.#listeners) listener();
  }

  #setSilent(isSilent: boolean): void {
    if (isSilent === this.#isSilent) return;
    this.#isSilent = isSilent;
    for (const listener of this.#listeners) listener();
  }
}
