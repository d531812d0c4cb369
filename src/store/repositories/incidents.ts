import { z } from 'zod';
import { type AcceleratorIncident, acceleratorIncident } from '../../clinic/entities/index.ts';
import type { Connection } from '../connection.ts';
import { decode } from './decode.ts';

const imageRow = z.object({ imageId: z.string() });

/**
 * Images whose newest reading was made by a device between its attachment and five minutes after
 * it was found wrong: a reading of several views is stored when the last of them is done.
 * CROSS JOIN keeps SQLite to this order; incidents are few, readings many.
 */
const toRepeat = `
  SELECT reading.image_id AS imageId
  FROM accelerator_incident AS incident
    CROSS JOIN reading ON reading.accelerator_kind = 'device'
      AND reading.accelerator_name = incident.accelerator_name
      AND reading.accelerator_version = incident.accelerator_version
      AND reading.created_at >= coalesce(incident.since, '')
      AND reading.created_at <= strftime('%Y-%m-%dT%H:%M:%fZ', incident.at, '+5 minutes')
    JOIN image ON image.id = reading.image_id
  WHERE incident.kind = 'set-aside' AND image.removed_at IS NULL
    AND NOT EXISTS (
      SELECT 1 FROM reading AS later
      WHERE later.image_id = reading.image_id AND later.seq > reading.seq
    )
  GROUP BY reading.image_id ORDER BY min(reading.seq) LIMIT :limit`;

const listed = z.object({
  acceleratorKind: z.string(),
  acceleratorName: z.string(),
  acceleratorVersion: z.string(),
});

/** What befell the accelerators. */
export class IncidentRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether it is new: one that is already here is left as it is. */
  add({ accelerator, ...incident }: AcceleratorIncident): boolean {
    return this.#connection.transaction(() => {
      const known = this.#connection.get('SELECT 1 FROM accelerator_incident WHERE id = :id', {
        id: incident.id,
      });
      if (known) return false;
      this.#connection.run(
        `INSERT INTO accelerator_incident (id, at, kind, accelerator_id, accelerator_kind,
           accelerator_name, accelerator_version, detail, since, network_sha256)
         VALUES (:id, :at, :kind, :acceleratorId, :acceleratorKind, :acceleratorName,
           :acceleratorVersion, :detail, :since, :networkSha256)`,
        {
          ...incident,
          acceleratorKind: accelerator.kind,
          acceleratorName: accelerator.name,
          acceleratorVersion: accelerator.version,
        },
      );
      return true;
    });
  }

  /** The newest `limit`, newest first. */
  list(limit: number): AcceleratorIncident[] {
    return this.#connection
      .all(
        `SELECT id, at, kind, accelerator_id AS acceleratorId, accelerator_kind AS acceleratorKind,
           accelerator_name AS acceleratorName, accelerator_version AS acceleratorVersion, detail,
           since, network_sha256 AS networkSha256
         FROM accelerator_incident ORDER BY seq DESC LIMIT :limit`,
        { limit },
      )
      .map((row) => {
        const { acceleratorKind, acceleratorName, acceleratorVersion } = decode(
          listed,
          row,
          'incident',
        );
        const accelerator = {
          kind: acceleratorKind,
          name: acceleratorName,
          version: acceleratorVersion,
        };
        return decode(acceleratorIncident, Object.assign({}, row, { accelerator }), 'incident');
      });
  }

  /** Ids of the images that ought to be read again, oldest reading first. */
  imagesToRepeat(limit: number): string[] {
    return this.#connection
      .all(toRepeat, { limit })
      .map((row) => decode(imageRow, row, 'reading').imageId);
  }
}
