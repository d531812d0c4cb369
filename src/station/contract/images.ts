import { z } from 'zod';
import {
  followUp,
  id,
  instant,
  lesion,
  lesionImage,
  patient,
  reading,
  review,
  reviewDraft,
  secondOpinion,
  text,
} from '../../clinic/entities/index.ts';
import { bytes } from '../../processes/contract.ts';
import {
  anyone,
  careTeam,
  command,
  deciders,
  none,
  query,
  recorders,
  stream,
} from './procedures.ts';

/** An image with what a list needs to show of it. */
export const imageEntry = z.object({
  image: lesionImage,
  /** The newest reading. */
  reading: reading.nullable(),
  /** The newest review. */
  review: review.nullable(),
});
export type ImageEntry = z.infer<typeof imageEntry>;

/** With whose image it is, and of which lesion. */
export const placedImageEntry = imageEntry.extend({ patient, lesion });
export type PlacedImageEntry = z.infer<typeof placedImageEntry>;

/** An image's move, and the other end of it. */
export const moveNote = z.object({
  imageId: id,
  fileName: z.string(),
  movedAt: instant,
  userName: z.string(),
  /** Where it came from, or where it is now. */
  lesion,
  patient,
});
export type MoveNote = z.infer<typeof moveNote>;

export const importResult = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('imported'),
    image: lesionImage,
    reading: reading.nullable(),
    /** Why the image was stored without a reading. */
    readingError: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
  /** The same bytes are already stored: nothing was added. */
  z.object({ outcome: z.literal('duplicate'), image: lesionImage, lesion, patient }),
]);
export type ImportResult = z.infer<typeof importResult>;

const picture = z.object({ bytes, mediaType: z.string() });

export const imageProcedures = {
  /** Stores and reads one file. `importId` names it in `images.importProgress`. */
  'images.import': command(
    recorders,
    z.object({ lesionId: id, importId: z.string(), fileName: text.max(500), bytes }),
    importResult,
  ),
  'images.get': query(
    careTeam,
    z.object({ imageId: id }),
    z.object({
      image: lesionImage,
      lesion,
      patient,
      /** Newest first. */
      readings: z.array(reading),
      reviews: z.array(review),
      /** Where it was before, the newest move first. */
      moves: z.array(moveNote),
      /** What the person who asks has begun to say. */
      draft: reviewDraft.nullable(),
      /** What its lesion waits for. */
      awaited: z.array(followUp),
      /** Those that colleagues were asked for, in that order. */
      opinions: z.array(secondOpinion),
      /** Whether what others said is held back until the person who asks has answered. */
      isBlind: z.boolean(),
    }),
  ),
  'images.thumbnail': query(careTeam, z.object({ imageId: id }), picture),
  /** The image upright, in sRGB, without metadata, no side longer than asked. */
  'images.rendition': query(
    careTeam,
    z.object({ imageId: id, maxSidePx: z.int().min(64).max(4096) }),
    picture,
  ),
  /** To another lesion, of any patient, with all that is known of them. */
  'images.move': command(
    recorders,
    z.object({ imageIds: z.array(id).min(1).max(1000), lesionId: id }),
    z.array(lesionImage),
  ),
  /** Puts each back where it was before its newest move, as if that had not been. */
  'images.takeMoveBack': command(
    recorders,
    z.object({ imageIds: z.array(id).min(1).max(1000) }),
    z.array(lesionImage),
  ),
  /** Its file may then be imported again. */
  'images.remove': command(deciders, z.object({ imageId: id }), lesionImage),
  /** Its lesion comes back with it. */
  'images.restore': command(deciders, z.object({ imageId: id }), lesionImage),
  'images.importProgress': stream(
    anyone,
    none,
    z.object({
      importId: z.string(),
      phase: z.enum(['checking', 'decoding', 'reading', 'saving']),
    }),
  ),
} as const;
