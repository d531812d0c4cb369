import { z } from 'zod';
import { bodySite } from './lesions.ts';
import type { VerdictKind } from './verdicts.ts';

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

/** What the worklist tells its images apart by, the most urgent first. */
export const waitingVerdicts = [
  'suspicious',
  'unusable',
  'unclear',
  'not-read',
  'no-sign',
] as const satisfies (VerdictKind | 'not-read')[];
export const waitingVerdict = z.enum(waitingVerdicts);
export type WaitingVerdict = z.infer<typeof waitingVerdict>;

/** How the worklist is looked at, but for what is searched for. */
export const worklistView = z.object({
  sort: z
    .object({
      by: z.enum([
        'verdict',
        'patient',
        /** Head to toe. */
        'site',
        /** When the newest image came. */
        'imported',
        /** When the oldest image came that still waits. */
        'waiting',
      ]),
      /** The other way round than one asks for first: most urgent, A, scalp, newest, longest. */
      reversed: z.boolean(),
    })
    .default({ by: 'verdict', reversed: false }),
  /** Which are shown; all, where none is named. */
  verdicts: z.array(waitingVerdict).max(waitingVerdicts.length).default([]),
  sites: z.array(bodySite).default([]),
  /** That have waited for longer than so many days. */
  overDays: z.int().min(1).max(3650).nullable().default(null),
  /** Of which the person who asks has begun a review. */
  begun: z.boolean().default(false),
});
export type WorklistView = z.infer<typeof worklistView>;

/** Of which list a view is. */
export const listView = z.discriminatedUnion('list', [
  z.object({ list: z.literal('worklist'), view: worklistView }),
  z.object({ list: z.literal('patients'), view: patientListView }),
]);
export type ListView = z.infer<typeof listView>;
export const listName = z.enum(['worklist', 'patients']);

/** How a person looks at a list. */
export const listViews = z.object({
  /** As it was left; `null` before that. */
  left: listView.nullable(),
  saved: z.array(listView.and(z.object({ name: z.string() }))),
});
export type ListViews = z.infer<typeof listViews>;
