import { useEffect, useState } from 'react';
import {
  invert,
  type Picture as Pixels,
  type Registration,
  register,
} from '../../../src/registration/index.ts';
import { levelFor, type Picture } from './picture.ts';
import type { Registered } from './view.ts';

/** On their longer side, the pixels by which two pictures are registered. */
const enoughPx = 512;

interface Shown {
  readonly id: string;
  readonly picture: Picture | undefined;
}

export interface RegistrationState {
  readonly isUnderWay: boolean;
  readonly found: Registration | undefined;
  /** Only where the registration stands. */
  readonly registered: Registered | undefined;
}

/** Registers the second picture with the first as soon as both can be seen well enough, once a pair. */
export function useRegistration(
  first: Shown | undefined,
  second: Shown | undefined,
  isWanted: boolean,
): RegistrationState {
  const [found, setFound] = useState<ReadonlyMap<string, Registration>>(new Map());
  const key = `${first?.id} ${second?.id}`;
  const [one, other] = [first?.picture, second?.picture];
  const isReady = isWanted && isEnough(one) && isEnough(other) && !found.has(key);
  useEffect(() => {
    if (!isReady || !one || !other) return;
    // Later, so that the pictures are shown first.
    const timer = setTimeout(() => {
      const [a, b] = [pixelsOf(one), pixelsOf(other)];
      if (a && b) setFound((before) => new Map(before).set(key, register(a, b)));
    }, 60);
    return () => clearTimeout(timer);
  }, [isReady, key, one, other]);
  const registration = found.get(key);
  return {
    isUnderWay: isWanted && registration === undefined,
    found: registration,
    registered:
      registration?.kind === 'aligned' && one
        ? {
            affine: invert(registration.mapping.affine),
            reference: { width: one.widthPx, height: one.heightPx },
          }
        : undefined,
  };
}

function isEnough(picture: Picture | undefined): boolean {
  const largest = picture?.levels[0];
  if (!picture || !largest) return false;
  const { widthPx, heightPx } = picture;
  return Math.max(largest.width, largest.height) >= Math.min(enoughPx, widthPx, heightPx);
}

function pixelsOf(picture: Picture): Pixels | undefined {
  const scale = Math.min(1, enoughPx / Math.max(picture.widthPx, picture.heightPx));
  const widthPx = Math.round(picture.widthPx * scale);
  const heightPx = Math.round(picture.heightPx * scale);
  const level = levelFor(picture, widthPx);
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!level || !context) return undefined;
  context.imageSmoothingQuality = 'high';
  context.drawImage(level, 0, 0, widthPx, heightPx);
  const { data } = context.getImageData(0, 0, widthPx, heightPx);
  const pixels = new Uint8Array(3 * widthPx * heightPx);
  for (let at = 0, from = 0; at < pixels.length; at += 3, from += 4) {
    pixels[at] = data[from] ?? 0;
    pixels[at + 1] = data[from + 1] ?? 0;
    pixels[at + 2] = data[from + 2] ?? 0;
  }
  return { widthPx, heightPx, pixels };
}
