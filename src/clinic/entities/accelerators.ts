import { z } from 'zod';
import { id, instant, sha256 } from './primitives.ts';

/** Which executor produced a result. */
export const acceleratorIdentity = z.object({
  kind: z.enum(['emulator', 'device']),
  /** For example "Emulator (SIMD engine)". */
  name: z.string(),
  version: z.string(),
});
export type AcceleratorIdentity = z.infer<typeof acceleratorIdentity>;

/** What befell an accelerator, for the person and the audit log. */
export const acceleratorIncident = z.object({
  id,
  at: instant,
  acceleratorId: z.string(),
  /** As readings name it. */
  accelerator: acceleratorIdentity,
  kind: z.enum([
    /** A device gave a wrong count. What it read after `since` is to be read again. */
    'set-aside',
    /** A device is gone, silent or unwell; its work went elsewhere. */
    'fallback',
    /** A device that was gone is back, attested anew. */
    'reattached',
    'bridge-restarted',
    /** The bridge does not stay up: the emulator runs inside the station. */
    'emulator-in-station',
  ]),
  /** A sentence for the person. */
  detail: z.string(),
  /**
   * Of `set-aside`: when the last image that came out right was given to the device; `null` if it
   * is not known that one ever did.
   */
  since: instant.nullable(),
  networkSha256: sha256.nullable(),
});
export type AcceleratorIncident = z.infer<typeof acceleratorIncident>;
