import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  type Commissioning,
  type CommissioningReport,
  commissioning,
  commissioningReport,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { decode, fromJson } from './decode.ts';

const stored = commissioning.extend({
  report: z.string().transform(fromJson).pipe(commissioningReport),
});

export interface NewCommissioning {
  readonly userId: string;
  readonly report: CommissioningReport;
  readonly melanomaThreshold: number | null;
}

/** A network and the head that was read with. */
export interface NetworkAndHead {
  readonly networkSha256: string;
  readonly headSha256: string;
}

/** What the clinic found when it tried networks on its own images. */
export class CommissioningRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  add({ userId, report, melanomaThreshold }: NewCommissioning): { id: string } {
    const id = newId();
    this.#connection.run(
      `INSERT INTO commissioning (id, at, user_id, network_sha256, head_sha256, report,
         melanoma_threshold)
       VALUES (:id, :at, :userId, :networkSha256, :headSha256, :report, :melanomaThreshold)`,
      {
        id,
        at: this.#clock().toISOString(),
        userId,
        networkSha256: report.networkSha256,
        headSha256: report.headSha256,
        report: JSON.stringify(report),
        melanomaThreshold,
      },
    );
    return { id };
  }

  /** The newest of this network and head, or `null`: it was never tried here. */
  newest(of: NetworkAndHead): Commissioning | null {
    const row = this.#connection.get(
      `SELECT commissioning.id, at, user.name AS userName, report,
         melanoma_threshold AS melanomaThreshold
       FROM commissioning JOIN user ON user.id = user_id
       WHERE network_sha256 = :networkSha256 AND head_sha256 = :headSha256
       ORDER BY seq DESC LIMIT 1`,
      { ...of },
    );
    return row ? decode(stored, row, 'commissioning') : null;
  }
}
