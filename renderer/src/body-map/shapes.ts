import type { BodySite } from '../../../src/clinic/entities/index.ts';

export type Point = readonly [x: number, y: number];

export interface Region {
  readonly site: BodySite;
  readonly path: string;
  /** Where a lesion goes that was placed without a pointer. */
  readonly centre: Point;
  readonly isPaired: boolean;
}

export const paired = (site: BodySite, centre: Point, path: string): Region => ({
  site,
  path,
  centre,
  isPaired: true,
});
export const whole = (site: BodySite, centre: Point, path: string): Region => ({
  site,
  path,
  centre,
  isPaired: false,
});

/** A path of absolute commands with pairs of coordinates, mirrored about a vertical axis. */
export const mirrored = (path: string, axis: number): string =>
  path.replace(
    /(-?[\d.]+)[ ,](-?[\d.]+)/g,
    (_, x: string, y: string) => `${Math.round((2 * axis - Number(x)) * 100) / 100} ${y}`,
  );
