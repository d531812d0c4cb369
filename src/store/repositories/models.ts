import { z } from 'zod';
import { type ClassProbability, instant, sha256 } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode, fromJson } from './decode.ts';

const storedNetwork = z.object({
  name: z.string(),
  sha256,
  /** The model card, as JSON. */
  card: z.string().transform(fromJson),
  addedAt: instant,
});
export type StoredNetwork = z.infer<typeof storedNetwork>;

const storedHead = z.object({
  name: z.string(),
  sha256,
  /** Of the network that it was learnt on. */
  networkSha256: sha256,
  /** The head file's text, unchanged. */
  json: z.string(),
  addedAt: instant,
});
export type StoredHead = z.infer<typeof storedHead>;

type HeadClass = Omit<ClassProbability, 'probability'>;

/** The networks and heads that readings refer to, kept so that each reading can be explained. */
export class ModelRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Does nothing when a network of this SHA-256 is stored. `card` is anything JSON can hold. */
  putNetwork({ name, sha256, card }: { name: string; sha256: string; card: unknown }): void {
    this.#connection.run(
      `INSERT INTO network (sha256, name, card, added_at) VALUES (:sha256, :name, :card, :addedAt)
       ON CONFLICT (sha256) DO NOTHING`,
      { sha256, name, card: JSON.stringify(card), addedAt: this.#clock().toISOString() },
    );
  }

  /** As `putNetwork`. Throws `not-found` when the head's network is not stored. */
  putHead(head: {
    name: string;
    sha256: string;
    networkSha256: string;
    json: string;
    classes?: readonly HeadClass[];
  }): void {
    const { name, sha256, networkSha256, json, classes } = head;
    this.#connection.run(
      `INSERT INTO head (sha256, name, network_sha256, json, added_at, classes)
       VALUES (:sha256, :name, :networkSha256, :json, :addedAt, :classes)
       ON CONFLICT (sha256) DO UPDATE SET classes = excluded.classes
         WHERE head.classes IS NULL AND excluded.classes IS NOT NULL`,
      {
        sha256,
        name,
        networkSha256,
        json,
        addedAt: this.#clock().toISOString(),
        classes: classes ? JSON.stringify(classes) : null,
      },
    );
  }

  /** Throws `not-found`. */
  getNetwork(sha256: string): StoredNetwork {
    const row = this.#connection.get(
      'SELECT name, sha256, card, added_at AS addedAt FROM network WHERE sha256 = :sha256',
      { sha256 },
    );
    if (!row) throw notFound('network');
    return decode(storedNetwork, row, 'network');
  }

  /** Throws `not-found`. */
  getHead(sha256: string): StoredHead {
    const row = this.#connection.get(
      `SELECT name, sha256, network_sha256 AS networkSha256, json, added_at AS addedAt
       FROM head WHERE sha256 = :sha256`,
      { sha256 },
    );
    if (!row) throw notFound('head');
    return decode(storedHead, row, 'head');
  }
}
