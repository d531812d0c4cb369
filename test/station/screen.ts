import type { ImageOutline, ImageScale, LesionImage } from '../../src/clinic/entities/index.ts';
import { Broadcast } from '../../src/station/changes.ts';
import type { Topic } from '../../src/station/contract/index.ts';
import type { StationContext } from '../../src/station/handlers/context.ts';
import { workUntil } from '../../src/station/session.ts';
import type { ClinicStore } from '../../src/store/index.ts';
import { newClinic, sha256 } from '../store/harness.ts';

/**
 * An unlocked screen as handlers see it, of a clinic that costs milliseconds and whose clock the test sets.
 * For what needs no decoder, no bridge and no passphrase.
 */
export async function newScreen(at = '2026-03-10T12:00:00') {
  let now = new Date(at);
  const clinic = await newClinic(undefined, () => now);
  const { store } = clinic;
  const changed = new Broadcast<readonly Topic[]>();
  const topics: Topic[] = [];
  changed.subscribe((event) => topics.push(...event));
  let locking = new AbortController();
  let { user } = clinic;
  const session = {
    store,
    isUnlocked: true,
    get user() {
      return user;
    },
    begin: () => workUntil(locking.signal, store, user.id),
  };
  return {
    ...clinic,
    context: { session, changed } as unknown as StationContext,
    /** Another day. */
    turnTo: (instant: string) => {
      now = new Date(instant);
    },
    /** Somebody else goes on at the screen. */
    enter: (next: typeof user) => {
      user = next;
    },
    lock: () => {
      locking.abort();
      locking = new AbortController();
    },
    /** What the screens were told to fetch again since this was last asked. */
    told: () => [...new Set(topics.splice(0))].sort().join(' '),
    /** What was entered since the first entry, the newest first. */
    entries: () => store.audit.list(500).map(({ action, subject }) => `${action} ${subject}`),
  };
}

export type Screen = Awaited<ReturnType<typeof newScreen>>;

/** For calls that wait for nothing. */
export const calling = { signal: new AbortController().signal };

let taken = 0;
/** An image of its own bytes. */
export function takeImage(
  store: ClinicStore,
  lesionId: string,
  given: Partial<Pick<LesionImage, 'capturedAt' | 'device' | 'fileName' | 'format'>> = {},
): LesionImage {
  taken += 1;
  const original = Buffer.from(`picture ${taken}`);
  const { patientId } = store.lesions.get(lesionId);
  const visit = store.visits.forDay(patientId, store.now().toISOString());
  return store.images.add({
    ...{ lesionId, visitId: visit.id, sha256: sha256(original), original, thumbnail: original },
    ...{ fileName: 'IMG_1.jpg', format: 'jpeg', widthPx: 600, heightPx: 450, qualityWarnings: [] },
    quality: { sharpness: 100, exposure: 0.5, clipped: 0, skin: 1 },
    ...{ capturedAt: null, device: null, ...given },
  });
}

const point = { x: 1, y: 2 };
export const scaleOf = (
  mmPerPx: number,
): Pick<ImageScale, 'mmPerPx' | 'relativeError' | 'origin'> => ({
  ...{ mmPerPx, relativeError: 0.01 },
  origin: { source: 'clicks', from: point, to: { x: 401, y: 2 }, lengthMm: 10 },
});
export const outline = {
  controls: [point, { x: 9, y: 2 }, { x: 9, y: 9 }, { x: 1, y: 9.5 }],
  ...{ isCut: false, network: null, drawnBy: 'person' },
  measures: {
    longAxis: { px: 200, errorPx: 8, from: point, to: { x: 201, y: 2 } },
    shortAxis: { px: 150, errorPx: 6, from: point, to: { x: 151, y: 2 } },
    ...{ area: { px: 30_000, errorPx: 900 }, perimeter: { px: 630, errorPx: 20 }, clarity: 0.8 },
    appearance: {
      colour: { lesion: [40, 12, 18], variegation: 4, skin: null, contrast: null },
      asymmetry: [
        { shape: 0.1, colour: 3 },
        { shape: 0.2, colour: 4 },
      ],
      compactness: 0.9,
    },
  },
} as const satisfies Omit<ImageOutline, 'id' | 'imageId' | 'userName' | 'savedAt'>;
