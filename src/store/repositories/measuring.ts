import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  type DeviceProfile,
  deviceProfile,
  type ImageOutline,
  type ImageScale,
  imageOutline,
  imageScale,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode, fromJson } from './decode.ts';

const scaleSelect = `
  SELECT image_scale.id, image_id AS imageId, mm_per_px AS mmPerPx, relative_error AS relativeError,
    origin, user.name AS userName, set_at AS setAt
  FROM image_scale JOIN user ON user.id = image_scale.set_by`;

const outlineSelect = `
  SELECT image_outline.id, image_id AS imageId, controls, is_cut AS isCut,
    network_name AS networkName, network_sha256 AS networkSha256, drawn_by AS drawnBy, measures,
    user.name AS userName, saved_at AS savedAt
  FROM image_outline JOIN user ON user.id = image_outline.saved_by`;

const profileSelect = `
  SELECT device_profile.id, device, magnification, width_px AS widthPx, height_px AS heightPx,
    mm_per_px AS mmPerPx, relative_error AS relativeError, user.name AS userName, set_at AS setAt
  FROM device_profile JOIN user ON user.id = device_profile.set_by`;

type Added<T> = Omit<T, 'id' | 'imageId' | 'userName' | 'setAt' | 'savedAt'>;

/** What was measured by in images: their scales and outlines, and the profiles of cameras. */
export class MeasuringRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** In place of the image's scale before. Throws `not-found` when there is no such image. */
  addScale(imageId: string, scale: Added<ImageScale>, userId: string): ImageScale {
    const { mmPerPx, relativeError } = scale;
    this.#connection.run(
      `INSERT INTO image_scale (id, image_id, mm_per_px, relative_error, origin, set_by, set_at)
       VALUES (:id, :imageId, :mmPerPx, :relativeError, :origin, :userId, :now)`,
      {
        ...{ id: newId(), imageId, mmPerPx, relativeError, userId },
        ...{ origin: JSON.stringify(scale.origin), now: this.#now() },
      },
    );
    return this.#held(this.scaleOf(imageId), 'scale');
  }

  /** The one that holds. */
  scaleOf(imageId: string): ImageScale | null {
    const row = this.#connection.get(`${scaleSelect} ${newestOf('image_scale')}`, { imageId });
    return row ? toScale(row) : null;
  }

  /** Takes the one that holds back, so that the one before holds again. Throws `not-found`. */
  withdrawScale(imageId: string): ImageScale {
    const scale = this.#held(this.scaleOf(imageId), 'scale');
    this.#withdraw('image_scale', scale.id);
    return scale;
  }

  /** As `addScale`. */
  addOutline(imageId: string, outline: Added<ImageOutline>, userId: string): ImageOutline {
    const { controls, isCut, network, drawnBy, measures } = outline;
    this.#connection.run(
      `INSERT INTO image_outline (id, image_id, controls, is_cut, network_name, network_sha256,
         drawn_by, measures, saved_by, saved_at)
       VALUES (:id, :imageId, :controls, :isCut, :networkName, :networkSha256, :drawnBy, :measures,
         :userId, :now)`,
      {
        ...{ id: newId(), imageId, drawnBy, userId, now: this.#now(), isCut: isCut ? 1 : 0 },
        ...{ controls: JSON.stringify(controls), measures: JSON.stringify(measures) },
        ...{ networkName: network?.name ?? null, networkSha256: network?.sha256 ?? null },
      },
    );
    return this.#held(this.outlineOf(imageId), 'outline');
  }

  outlineOf(imageId: string): ImageOutline | null {
    const row = this.#connection.get(`${outlineSelect} ${newestOf('image_outline')}`, { imageId });
    return row ? toOutline(row) : null;
  }

  /** As `withdrawScale`. */
  withdrawOutline(imageId: string): ImageOutline {
    const outline = this.#held(this.outlineOf(imageId), 'outline');
    this.#withdraw('image_outline', outline.id);
    return outline;
  }

  /** In place of the one of the same camera and magnification. */
  addProfile(profile: Omit<DeviceProfile, 'id' | 'userName' | 'setAt'>, userId: string) {
    return this.#connection.transaction(() => {
      const { device, magnification } = profile;
      const before = this.#connection.get(
        `${profileSelect} WHERE device = :device AND magnification = :magnification
           AND withdrawn_at IS NULL`,
        { device, magnification },
      );
      if (before) this.#withdraw('device_profile', toProfile(before).id);
      const id = newId();
      this.#connection.run(
        `INSERT INTO device_profile (id, device, magnification, width_px, height_px, mm_per_px,
           relative_error, set_by, set_at)
         VALUES (:id, :device, :magnification, :widthPx, :heightPx, :mmPerPx, :relativeError,
           :userId, :now)`,
        { ...profile, id, userId, now: this.#now() },
      );
      return this.profile(id);
    });
  }

  /** Throws `not-found`, also for one that is withdrawn. */
  profile(id: string): DeviceProfile {
    const row = this.#connection.get(
      `${profileSelect} WHERE device_profile.id = :id AND withdrawn_at IS NULL`,
      { id },
    );
    if (!row) throw notFound('profile');
    return toProfile(row);
  }

  /** Those that hold, by camera. */
  profiles(): DeviceProfile[] {
    return this.#connection
      .all(`${profileSelect} WHERE withdrawn_at IS NULL ORDER BY device, magnification`)
      .map(toProfile);
  }

  profilesOf(device: string): DeviceProfile[] {
    return this.#connection
      .all(
        `${profileSelect} WHERE device = :device AND withdrawn_at IS NULL ORDER BY magnification`,
        { device },
      )
      .map(toProfile);
  }

  /** What was measured by it stays as it is. Throws `not-found`. */
  withdrawProfile(id: string): DeviceProfile {
    const profile = this.profile(id);
    this.#withdraw('device_profile', id);
    return profile;
  }

  /** Images of a camera that are not removed and have no scale. */
  imagesWithoutScale(device: string): { id: string; widthPx: number; heightPx: number }[] {
    return this.#connection
      .all(
        `SELECT id, width_px AS widthPx, height_px AS heightPx FROM image
         WHERE device = :device AND removed_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM image_scale WHERE image_id = image.id AND withdrawn_at IS NULL)
         ORDER BY seq`,
        { device },
      )
      .map((row) => decode(sizedRow, row, 'image'));
  }

  #held<T>(record: T | null, what: string): T {
    if (record === null) throw notFound(what);
    return record;
  }

  #withdraw(table: 'image_scale' | 'image_outline' | 'device_profile', id: string): void {
    this.#connection.run(`UPDATE ${table} SET withdrawn_at = :now WHERE id = :id`, {
      ...{ id, now: this.#now() },
    });
  }

  #now(): string {
    return this.#clock().toISOString();
  }
}

const newestOf = (table: string) =>
  `WHERE image_id = :imageId AND withdrawn_at IS NULL ORDER BY ${table}.seq DESC LIMIT 1`;

const sizedRow = z.object({ id: z.string(), widthPx: z.int(), heightPx: z.int() });
const originRow = z.object({ origin: z.string() });
const outlineRow = z.object({
  controls: z.string(),
  measures: z.string(),
  isCut: z.int(),
  networkName: z.string().nullable(),
  networkSha256: z.string().nullable(),
});

function toScale(row: unknown): ImageScale {
  const { origin } = decode(originRow, row, 'scale');
  return decode(imageScale, Object.assign({}, row, { origin: fromJson(origin) }), 'scale');
}

function toOutline(row: unknown): ImageOutline {
  const { controls, measures, isCut, networkName, networkSha256 } = decode(
    outlineRow,
    row,
    'outline',
  );
  const told = {
    controls: fromJson(controls),
    measures: fromJson(measures),
    isCut: isCut === 1,
    network: networkName === null ? null : { name: networkName, sha256: networkSha256 },
  };
  return decode(imageOutline, Object.assign({}, row, told), 'outline');
}

function toProfile(row: unknown): DeviceProfile {
  return decode(deviceProfile, row, 'profile');
}
