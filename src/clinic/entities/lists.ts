import { z } from 'zod';

/** The sort keys of a page's last row: where the next page of the same list begins. */
export const cursor = z.array(z.union([z.string().max(500), z.number()])).max(10);
export type Cursor = z.infer<typeof cursor>;

/** How the patients' list is looked at, but for what is searched for. */
export const patientListView = z.object({
  show: z
    .enum([
      'current',
      /** Of these, the ones with images to review. */
      'waiting',
      'archived',
    ])
    .default('current'),
  sort: z
    .object({
      by: z.enum(['visit', 'name']),
      /** For visits: the newest first. */
      descending: z.boolean(),
    })
    .default({ by: 'visit', descending: true }),
});
export type PatientListView = z.infer<typeof patientListView>;
