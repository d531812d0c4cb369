import { z } from 'zod';
import {
  deviceProfile,
  foundRuler,
  id,
  imageOutline,
  imageScale,
  magnification,
  outlineControls,
  picturePoint,
  snappedOutline,
} from '../../clinic/entities/index.ts';
import { careTeam, command, deciders, everyUser, none, query, recorders } from './procedures.ts';

/** How an image is calibrated. */
const calibration = z.discriminatedUnion('source', [
  z.object({
    source: z.enum(['clicks', 'mark']),
    from: picturePoint,
    to: picturePoint,
    lengthMm: z.number(),
    /** Picture pixels for one of the screen's, as the person saw it. */
    screenPx: z.number().positive(),
  }),
  /** The ruler that the program finds in the image; the person says how far its marks are apart. */
  z.object({ source: z.literal('ruler'), markMm: z.number() }),
  z.object({ source: z.literal('device'), profileId: id }),
]);

/** What an image is measured by. */
const measured = z.object({
  imageId: id,
  scale: imageScale.nullable(),
  outline: imageOutline.nullable(),
});
export type Measured = z.infer<typeof measured>;

export const measuringProcedures = {
  'measuring.ofImage': query(
    careTeam,
    z.object({ imageId: id }),
    measured.extend({
      /** Of the camera that took it. */
      profiles: z.array(deviceProfile),
    }),
  ),
  /** Of all images that are not removed, in the order of import. */
  'measuring.ofLesion': query(careTeam, z.object({ lesionId: id }), z.array(measured)),
  /**
   * Where the newest visit lies against what was to be expected by those before it, by a model that learned
   * from simulated courses (docs/follow-up.md); `null` while there are fewer than two dated visits that have
   * a size, or a reading of the network in use.
   */
  'measuring.course': query(
    careTeam,
    z.object({ lesionId: id }),
    z
      .object({
        /** Of the newest visit. */
        day: z.iso.date(),
        visits: z.int(),
        longAxisMm: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
        /** Of 100 simulated lesions that go on as they did, how many look at least as unusual. */
        asUnusual: z.object({
          size: z.number().nullable(),
          counts: z.number().nullable(),
          both: z.number(),
        }),
      })
      .nullable(),
  ),
  /**
   * Has the network propose an outline, in the place of the one before: of the lesion that was meant, or of
   * another one that it found. `outline` is null where it found none.
   */
  'measuring.propose': command(
    recorders,
    z.object({ imageId: id, which: z.int().min(0).default(0) }),
    z.object({
      /** How many lesions it found. */
      found: z.int(),
      outline: imageOutline.nullable(),
    }),
  ),
  /** An outline as a person has it. */
  'measuring.outline': command(
    recorders,
    z.object({ imageId: id, controls: outlineControls }),
    imageOutline,
  ),
  /** These points at the border that the picture shows: a correction to look at, which is saved by itself. */
  'measuring.snap': query(
    careTeam,
    z.object({ imageId: id, controls: outlineControls }),
    snappedOutline,
  ),
  /** The outline before holds again. */
  'measuring.takeOutlineBack': command(recorders, z.object({ imageId: id }), imageOutline),
  /** `null` where no row of marks repeats itself. */
  'measuring.findRuler': query(careTeam, z.object({ imageId: id }), foundRuler.nullable()),
  'measuring.calibrate': command(recorders, z.object({ imageId: id, by: calibration }), imageScale),
  /** The scale before holds again; without one the image is measured in pixels. */
  'measuring.takeScaleBack': command(recorders, z.object({ imageId: id }), imageScale),
  'measuring.profiles': query(everyUser, none, z.array(deviceProfile)),
  /** The image's own scale for all pictures of its camera, at a magnification that the clinic names. */
  'measuring.addProfile': command(
    deciders,
    z.object({ imageId: id, magnification }),
    deviceProfile,
  ),
  /** To all images of the camera that have no scale, and no other shape. */
  'measuring.applyProfile': command(
    deciders,
    z.object({ profileId: id }),
    z.object({ images: z.int() }),
  ),
  /** What was measured by it stays as it is. */
  'measuring.withdrawProfile': command(deciders, z.object({ profileId: id }), deviceProfile),
} as const;
