import type { z } from 'zod';
import type {
  DeviceProfile,
  ImageOutline,
  ImageScale,
  LesionImage,
  OutlineMeasures,
} from '../clinic/entities/index.ts';
import type { LesionOutliner } from '../clinic/outliner.ts';
import type { Decoder } from '../imaging/decoder.ts';
import {
  type Controls,
  checkControls,
  curveThrough,
  MeasuringError,
  measureOutline,
  type OutlineSource,
  profileOf,
  type Scale,
  scaleOfDevice,
  scaleOfLength,
  scaleOfRuler,
} from '../measuring/index.ts';
import type { ClinicStore } from '../store/index.ts';
import type { measuringProcedures } from './contract/measuring.ts';
import type { Work } from './session.ts';

type Calibration = z.infer<(typeof measuringProcedures)['measuring.calibrate']['input']>['by'];
type Outline = Omit<ImageOutline, 'id' | 'imageId' | 'userName' | 'savedAt'>;
type OwnScale = Pick<ImageScale, 'mmPerPx' | 'relativeError' | 'origin'>;

/** Measures stored images: pixels are looked at in the decoder, the network runs behind the bridge. */
export class Measurer {
  readonly #decoder: Decoder;
  readonly #outliner: LesionOutliner;

  constructor(decoder: Decoder, outliner: LesionOutliner) {
    this.#decoder = decoder;
    this.#outliner = outliner;
  }

  /** The network's outline of the lesion that was meant, or of another one that it found. */
  async propose(
    { store, assertOpen }: Work,
    imageId: string,
    which: number,
    signal: AbortSignal,
  ): Promise<{ found: number; proposed: Outline | null }> {
    const image = store.images.get(imageId);
    const input = await this.#decoder.prepareOutline(store.images.original(imageId), {
      fileName: image.fileName,
      tensorSize: this.#outliner.inputSizePx,
      signal,
    });
    const lesions = await this.#outliner.outline(input, { signal });
    assertOpen();
    const lesion = lesions[which % Math.max(1, lesions.length)];
    if (!lesion) return { found: 0, proposed: null };
    const { name, sha256 } = this.#outliner.model;
    const proposed: Outline = {
      controls: [...lesion.controls],
      isCut: lesion.isCut,
      network: { name, sha256 },
      drawnBy: 'network',
      measures: await this.#measure(store, image, lesion.controls, 'network', signal),
    };
    return { found: lesions.length, proposed };
  }

  /** Throws `MeasuringError` where it cannot be measured. */
  async drawn(
    { store }: Work,
    imageId: string,
    controls: Controls,
    signal: AbortSignal,
  ): Promise<Outline> {
    checkControls(controls);
    const image = store.images.get(imageId);
    const { widthPx, heightPx } = image;
    return {
      controls: [...controls],
      isCut: curveThrough(controls).some(
        ({ x, y }) => x <= 0 || y <= 0 || x >= widthPx || y >= heightPx,
      ),
      network: store.measuring.outlineOf(imageId)?.network ?? null,
      drawnBy: 'person',
      measures: await this.#measure(store, image, controls, 'person', signal),
    };
  }

  /** Throws `MeasuringError` where there is nothing to move. */
  snap({ store }: Work, imageId: string, controls: Controls, signal: AbortSignal) {
    checkControls(controls);
    const { fileName } = store.images.get(imageId);
    return this.#decoder.snapOutline(store.images.original(imageId), {
      ...{ fileName, controls, signal },
    });
  }

  findRuler({ store }: Work, imageId: string, signal: AbortSignal) {
    const { fileName } = store.images.get(imageId);
    return this.#decoder.findRuler(store.images.original(imageId), { fileName, signal });
  }

  /** Throws `MeasuringError`, and `not-found` for a profile that was withdrawn. */
  async scaleBy(
    work: Work,
    imageId: string,
    by: Calibration,
    signal: AbortSignal,
  ): Promise<OwnScale> {
    const { store } = work;
    switch (by.source) {
      case 'clicks':
      case 'mark': {
        const { source, from, to, lengthMm, screenPx } = by;
        const scale = scaleOfLength(from, to, lengthMm, source, screenPx);
        return own(scale, { source, from, to, lengthMm });
      }
      case 'ruler': {
        const ruler = await this.findRuler(work, imageId, signal);
        if (!ruler)
          throw new MeasuringError(
            'no-ruler',
            'No ruler was found in this picture. Calibrate it by two points of known distance.',
          );
        const { marks, directionDegrees } = ruler;
        const { source, markMm } = by;
        return own(scaleOfRuler(ruler, markMm), { source, markMm, marks, directionDegrees });
      }
      case 'device':
        return scaleBy(store.measuring.profile(by.profileId), store.images.get(imageId));
    }
  }

  /** The image's own scale as a profile of its camera. Throws `MeasuringError`. */
  profileBy(store: ClinicStore, imageId: string, magnification: string) {
    const { device, widthPx, heightPx } = store.images.get(imageId);
    const scale = store.measuring.scaleOf(imageId);
    if (device === null)
      throw new MeasuringError(
        'profile-mismatch',
        'The picture does not say which camera took it, so that its scale can be no other picture’s. Calibrate each picture by itself.',
      );
    if (!scale || scale.origin.source === 'device')
      throw new MeasuringError(
        'profile-mismatch',
        'A profile is made from a picture that was calibrated by itself: calibrate this one by a ruler first.',
      );
    const { mmPerPx, relativeError, origin } = scale;
    const { source } = origin;
    const profile = profileOf(device, widthPx, heightPx, { mmPerPx, relativeError, source });
    return { ...profile, magnification };
  }

  /** The scales by a profile of those images of its camera that have none and are of its shape. */
  scaledBy(store: ClinicStore, profile: DeviceProfile): { imageId: string; scale: OwnScale }[] {
    return store.measuring.imagesWithoutScale(profile.device).flatMap(({ id, ...size }) => {
      const scale = scaleIfFits(profile, size);
      return scale ? [{ imageId: id, scale }] : [];
    });
  }

  async #measure(
    store: ClinicStore,
    image: LesionImage,
    controls: Controls,
    drawnBy: OutlineSource,
    signal: AbortSignal,
  ): Promise<OutlineMeasures> {
    const outline = curveThrough(controls);
    const { fileName } = image;
    const looks = await this.#decoder.appearance(store.images.original(image.id), {
      ...{ fileName, outline, signal },
    });
    if (!looks)
      throw new MeasuringError(
        'outline-invalid',
        'The outline holds nothing of the picture. Move it onto the lesion.',
      );
    const { longAxis, shortAxis, area, perimeter } = measureOutline(
      outline,
      null,
      drawnBy,
      looks.clarity,
    );
    const px = ({ value, error }: { value: number; error: number }) => ({
      px: value,
      errorPx: error,
    });
    const ends = ({ axis: { from, to } }: typeof longAxis) => ({ from, to });
    return {
      longAxis: { ...px(longAxis), ...ends(longAxis) },
      shortAxis: { ...px(shortAxis), ...ends(shortAxis) },
      area: px(area),
      perimeter: px(perimeter),
      ...looks,
    };
  }
}

/**
 * The scale of a new picture, where its camera has one profile alone and the picture is of its shape:
 * which of several magnifications it was taken at a person has to say.
 */
export function scaleAtImport(
  store: ClinicStore,
  image: Pick<LesionImage, 'device' | 'widthPx' | 'heightPx'>,
): OwnScale | null {
  const [profile, ...others] = image.device ? store.measuring.profilesOf(image.device) : [];
  return profile && others.length === 0 ? scaleIfFits(profile, image) : null;
}

type Size = Pick<LesionImage, 'widthPx' | 'heightPx'>;

function scaleIfFits(profile: DeviceProfile, size: Size): OwnScale | null {
  try {
    return scaleBy(profile, size);
  } catch (error) {
    if (error instanceof MeasuringError) return null;
    throw error;
  }
}

function scaleBy(profile: DeviceProfile, { widthPx, heightPx }: Size): OwnScale {
  const { id, device, magnification } = profile;
  const scale = scaleOfDevice(profile, widthPx, heightPx);
  return own(scale, { source: 'device', profileId: id, device, magnification });
}

const own = ({ mmPerPx, relativeError }: Scale, origin: OwnScale['origin']): OwnScale => ({
  ...{ mmPerPx, relativeError, origin },
});
