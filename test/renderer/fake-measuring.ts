import type { StationInput, StationOutput } from '../../renderer/src/station/connection.ts';
import type { DeviceProfile, ImageOutline, ImageScale } from '../../src/clinic/entities/index.ts';
import {
  controlsFor,
  curveThrough,
  measureOutline,
  scaleOfDevice,
  scaleOfLength,
} from '../../src/measuring/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';
import { fakeHash, fakeId } from './fake-records.ts';
import { randomFrom } from './phantom.ts';

const userName = 'Dr Edda Winter';
/** The drawn pictures’ rulers have marks so far apart. */
const spacingPx = 41.6;

/** Scales, outlines and profiles as the station keeps them: the newest holds, one taken back is gone. */
export function fakeMeasuring(clinic: Clinic, changed: (topic: string) => void) {
  const scales = new Map<string, ImageScale[]>();
  const outlines = new Map<string, ImageOutline[]>();
  const profiles: DeviceProfile[] = [];
  const newest = <T>(all: Map<string, T[]>, imageId: string): T | null =>
    all.get(imageId)?.at(-1) ?? null;
  const add = <T>(all: Map<string, T[]>, imageId: string, record: T): T => {
    all.set(imageId, [...(all.get(imageId) ?? []), record]);
    changed('measures');
    return record;
  };
  const takeBack = <T>(all: Map<string, T[]>, imageId: string): T => {
    const last = all.get(imageId)?.pop();
    if (!last) fail('not-found', 'There is nothing to take back.');
    changed('measures');
    return last as T;
  };
  const measured = (imageId: string) => ({
    imageId,
    scale: newest(scales, imageId),
    outline: newest(outlines, imageId),
  });
  const outlined = (
    imageId: string,
    controls: ImageOutline['controls'],
    drawnBy: ImageOutline['drawnBy'],
  ): ImageOutline => {
    const found = measureOutline(curveThrough(controls), null, drawnBy);
    const px = ({ value, error }: { value: number; error: number }) => ({
      px: value,
      errorPx: error,
    });
    const seed = randomFrom(clinic.image(imageId).seed);
    return {
      ...{ id: fakeId(), imageId, controls, drawnBy, isCut: false, userName },
      network: { name: 'outline-1', sha256: fakeHash(9) },
      measures: {
        longAxis: { ...px(found.longAxis), ...found.longAxis.axis },
        shortAxis: { ...px(found.shortAxis), ...found.shortAxis.axis },
        ...{ area: px(found.area), perimeter: px(found.perimeter), clarity: 0.64 },
        appearance: {
          colour: {
            lesion: [42, 18, 22],
            variegation: 5 + seed() * 6,
            skin: [70, 14, 20],
            contrast: [-28 + seed() * 6, 4, 2],
          },
          asymmetry: [
            { shape: 0.05 + seed() * 0.1, colour: 4 },
            { shape: 0.08 + seed() * 0.1, colour: 5 },
          ],
          compactness: 0.8,
        },
      },
      savedAt: new Date().toISOString(),
    };
  };
  const scaled = (
    imageId: string,
    origin: ImageScale['origin'],
    { mmPerPx, relativeError }: { mmPerPx: number; relativeError: number },
  ): ImageScale =>
    add(scales, imageId, {
      ...{ id: fakeId(), imageId, mmPerPx, relativeError, origin, userName },
      setAt: new Date().toISOString(),
    });

  return {
    'measuring.ofImage': ({ imageId }: StationInput<'measuring.ofImage'>) => ({
      ...measured(imageId),
      profiles: profiles.filter(({ device }) => device === clinic.image(imageId).stored.device),
    }),
    'measuring.ofLesion': ({ lesionId }: StationInput<'measuring.ofLesion'>) =>
      clinic.lesionRecord(lesionId).images.map(({ image }) => measured(image.id)),
    'measuring.course': ({
      lesionId,
    }: StationInput<'measuring.course'>): StationOutput<'measuring.course'> => {
      const dated = clinic
        .lesionRecord(lesionId)
        .images.filter(({ image }) => image.capturedAt !== null)
        .toSorted((a, b) => ((a.image.capturedAt ?? '') < (b.image.capturedAt ?? '') ? -1 : 1));
      const sized = dated.filter(
        ({ image }) => newest(scales, image.id) && newest(outlines, image.id),
      );
      const last = dated.at(-1)?.image;
      if (!last || dated.length < 2) return null;
      return {
        ...{ day: last.capturedAt?.slice(0, 10) ?? '', visits: dated.length },
        longAxisMm: sized.length > 1 ? { value: 17, low: 14.4, high: 20.1 } : null,
        asUnusual: { size: sized.length > 1 ? 1.6 : null, counts: 38, both: 4.2 },
      };
    },
    'measuring.propose': ({ imageId, which = 0 }: StationInput<'measuring.propose'>) => {
      const { stored, seed } = clinic.image(imageId);
      const random = randomFrom(seed);
      const unit = Math.min(stored.widthPx, stored.heightPx);
      // In the order in which the picture is drawn.
      for (let drawn = 0; drawn < 4; drawn++) random();
      const centre = {
        x: stored.widthPx * (0.44 + random() * 0.12) + which * 0.2 * unit,
        y: stored.heightPx * (0.44 + random() * 0.12),
      };
      const ring = Array.from({ length: 90 }, (_, step) => {
        const angle = (step / 90) * 2 * Math.PI;
        const reach = unit * (0.29 + 0.015 * Math.sin(5 * angle + seed));
        return { x: centre.x + reach * Math.cos(angle), y: centre.y + reach * Math.sin(angle) };
      });
      const outline = outlined(imageId, controlsFor(ring, 0.01 * unit), 'network');
      return { found: 2, outline: add(outlines, imageId, outline) };
    },
    'measuring.outline': ({ imageId, controls }: StationInput<'measuring.outline'>) =>
      add(outlines, imageId, outlined(imageId, controls, 'person')),
    'measuring.takeOutlineBack': ({ imageId }: StationInput<'measuring.takeOutlineBack'>) =>
      takeBack(outlines, imageId),
    'measuring.snap': ({ controls }: StationInput<'measuring.snap'>) => ({
      controls: controls.map(({ x, y }) => ({ x: x + 4, y })),
      clarity: 0.82,
    }),
    'measuring.findRuler': ({
      imageId,
    }: StationInput<'measuring.findRuler'>): StationOutput<'measuring.findRuler'> =>
      clinic.image(imageId).seed % 3 === 2
        ? null
        : {
            ...{ spacingPx, relativeError: 0.006, directionDegrees: 12, marks: 23 },
            ...{ from: { x: 100, y: 120 }, to: { x: 995, y: 310 } },
          },
    'measuring.calibrate': ({ imageId, by }: StationInput<'measuring.calibrate'>) => {
      const { widthPx, heightPx } = clinic.image(imageId).stored;
      switch (by.source) {
        case 'ruler':
          return scaled(
            imageId,
            { source: 'ruler', markMm: by.markMm, marks: 23, directionDegrees: 12 },
            { mmPerPx: by.markMm / spacingPx, relativeError: 0.006 },
          );
        case 'device': {
          const profile = profiles.find(({ id }) => id === by.profileId);
          if (!profile) return fail('not-found', 'This profile was withdrawn.');
          const { id: profileId, device, magnification } = profile;
          return scaled(
            imageId,
            { source: 'device', profileId, device, magnification },
            scaleOfDevice(profile, widthPx, heightPx),
          );
        }
        default: {
          const { from, to, lengthMm, source, screenPx } = by;
          if (Math.hypot(to.x - from.x, to.y - from.y) < 20)
            fail(
              'clicks-too-close',
              'The two points are too close together; choose two that are at least 20 pixels apart.',
            );
          return scaled(
            imageId,
            { source, from, to, lengthMm },
            scaleOfLength(from, to, lengthMm, source, screenPx),
          );
        }
      }
    },
    'measuring.takeScaleBack': ({ imageId }: StationInput<'measuring.takeScaleBack'>) =>
      takeBack(scales, imageId),
    'measuring.profiles': () => profiles,
    'measuring.addProfile': ({
      imageId,
      magnification = '',
    }: StationInput<'measuring.addProfile'>): DeviceProfile => {
      const { device, widthPx, heightPx } = clinic.image(imageId).stored;
      const scale = newest(scales, imageId);
      if (!device || !scale)
        return fail('profile-mismatch', 'Calibrate this one by a ruler first.');
      const { mmPerPx, relativeError } = scale;
      const profile = {
        ...{ id: fakeId(), device, magnification, widthPx, heightPx, mmPerPx, relativeError },
        ...{ userName, setAt: new Date().toISOString() },
      };
      profiles.push(profile);
      changed('measures');
      return profile;
    },
    'measuring.applyProfile': () => ({ images: 3 }),
    'measuring.withdrawProfile': ({ profileId }: StationInput<'measuring.withdrawProfile'>) => {
      const [gone] = profiles.splice(
        profiles.findIndex(({ id }) => id === profileId),
        1,
      );
      changed('measures');
      return gone ?? fail('not-found', 'This profile was withdrawn.');
    },
  };
}
