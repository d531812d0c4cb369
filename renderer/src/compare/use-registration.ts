import { useEffect, useState } from 'react';
import { invert, type Registration } from '../../../src/registration/index.ts';
import { Aside } from './aside.ts';
import { levelFor, type Picture } from './picture.ts';
import { type Drawn, registerDrawn } from './registering.ts';
import type { Registered } from './view.ts';

const registering = new Aside(
  () => new Worker(new URL('./registering-worker.ts', import.meta.url), { type: 'module' }),
  registerDrawn,
);

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
    let isCurrent = true;
    const run = async () => {
      // Copies: what is shown is released when sharper pictures come.
      const [a, b] = await Promise.all([drawnOf(one), drawnOf(other)]);
      if (!a || !b || !isCurrent) return;
      const registration = await registering.run([a, b]);
      if (isCurrent) setFound((before) => new Map(before).set(key, registration));
    };
    run().catch((error: unknown) => {
      // Released meanwhile: sharper ones are there, and it begins anew with them.
      if (isCurrent) console.error(error);
    });
    return () => {
      isCurrent = false;
    };
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

async function drawnOf(picture: Picture): Promise<Drawn | undefined> {
  const scale = Math.min(1, enoughPx / Math.max(picture.widthPx, picture.heightPx));
  const widthPx = Math.round(picture.widthPx * scale);
  const heightPx = Math.round(picture.heightPx * scale);
  const level = levelFor(picture, widthPx);
  return level && { bitmap: await createImageBitmap(level), widthPx, heightPx };
}
