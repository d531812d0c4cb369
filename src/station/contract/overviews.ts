import { z } from 'zod';
import {
  id,
  overview,
  overviewMarker,
  overviewPoint,
  overviewRegion,
  patient,
  text,
} from '../../clinic/entities/index.ts';
import { bytes } from '../../processes/contract.ts';
import { careTeam, command, deciders, query, recorders } from './procedures.ts';

/** A photograph, and the lesions that are marked in it. */
const overviewEntry = z.object({ overview, markers: z.array(overviewMarker) });
export type OverviewEntry = z.infer<typeof overviewEntry>;

const overviewImportResult = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('imported'), overview }),
  /** The same bytes are an overview photograph already: nothing was added. */
  z.object({ outcome: z.literal('duplicate'), overview, patient }),
]);
export type OverviewImportResult = z.infer<typeof overviewImportResult>;

const picture = z.object({ bytes, mediaType: z.string() });

/** Overview photographs: regions of a patient's skin with lesions marked on them. No network reads them. */
export const overviewProcedures = {
  'overviews.ofPatient': query(
    careTeam,
    z.object({ patientId: id }),
    z.object({
      /** The newest by the day of capture, or else of import, first. */
      overviews: z.array(overviewEntry),
      removed: z.array(overview),
    }),
  ),
  'overviews.get': query(careTeam, z.object({ overviewId: id }), overviewEntry.extend({ patient })),
  /** The photographs in which a lesion is marked, the newest first. */
  'overviews.ofLesion': query(
    careTeam,
    z.object({ lesionId: id }),
    z.array(z.object({ overview, marker: overviewMarker })),
  ),
  'overviews.thumbnail': query(careTeam, z.object({ overviewId: id }), picture),
  /** As `images.rendition`. */
  'overviews.rendition': query(
    careTeam,
    z.object({ overviewId: id, maxSidePx: z.int().min(64).max(4096) }),
    picture,
  ),
  'overviews.import': command(
    recorders,
    z.object({ patientId: id, region: overviewRegion, fileName: text.max(500), bytes }),
    overviewImportResult,
  ),
  'overviews.setRegion': command(
    recorders,
    z.object({ overviewId: id, region: overviewRegion }),
    overview,
  ),
  /** In place of where the lesion was marked in it before; `null` takes the marker away. */
  'overviews.mark': command(
    recorders,
    z.object({ overviewId: id, lesionId: id, at: overviewPoint.nullable() }),
    z.object({ marker: overviewMarker.nullable() }),
  ),
  /** Its file may then be imported again. */
  'overviews.remove': command(deciders, z.object({ overviewId: id }), overview),
  'overviews.restore': command(deciders, z.object({ overviewId: id }), overview),
} as const;
