import { z } from 'zod';
import {
  classProbability,
  explanation,
  id,
  reading,
  verdict,
} from '../../clinic/entities/index.ts';
import { careTeam, command, everyUser, keepers, none, query, recorders } from './procedures.ts';

export const readingProcedures = {
  /** Reads an image (again) with the current network and head. */
  'readings.read': command(recorders, z.object({ imageId: id }), reading),
  /**
   * The image's lesion over its images of the same visit; `null` where fewer than two of them were
   * read by the network in use.
   */
  'readings.ofLesion': query(
    careTeam,
    z.object({ imageId: id }),
    z
      .object({
        images: z.int(),
        probabilities: z.array(classProbability),
        verdict,
      })
      .nullable(),
  ),
  /**
   * What the image's newest reading becomes with the patient's age when it was taken; `null` where that
   * age is not known, or the clinic's own head made the reading.
   */
  'readings.withAge': query(
    careTeam,
    z.object({ imageId: id }),
    z
      .object({
        years: z.int(),
        /** Most probable first. */
        probabilities: z.array(classProbability),
        /** Of the malignant and pre-malignant classes together. */
        malignancy: z.number().min(0),
      })
      .nullable(),
  ),
  /**
   * What the network saw of the image, class by class of the shipped head: which square of the picture
   * added how much to the score, and the work that it took. Takes a second or so.
   */
  'readings.explain': query(careTeam, z.object({ imageId: id }), explanation),
  /** Images whose newest reading an earlier network made; `null`: none. */
  'readings.older': query(
    everyUser,
    none,
    z
      .object({
        images: z.int(),
        /** Of the network that made the last of them. */
        networkName: z.string(),
        isUnderWay: z.boolean(),
      })
      .nullable(),
  ),
  /** Has them read again in the background, when nobody waits for anything else. */
  'readings.readOlder': command(keepers, none, none),
} as const;
