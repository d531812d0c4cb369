import { z } from 'zod';
import { classProbability, id, reading, verdict } from '../../clinic/entities/index.ts';
import { command, everyUser, none, query } from './procedures.ts';

export const readingProcedures = {
  /** Reads an image (again) with the current network and head. */
  'readings.read': command(everyUser, z.object({ imageId: id }), reading),
  /**
   * The image's lesion over its images of the same visit; `null` where fewer than two of them were
   * read by the network in use.
   */
  'readings.ofLesion': query(
    everyUser,
    z.object({ imageId: id }),
    z
      .object({
        images: z.int(),
        probabilities: z.array(classProbability),
        verdict,
      })
      .nullable(),
  ),
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
  'readings.readOlder': command(everyUser, none, none),
} as const;
