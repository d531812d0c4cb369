import { z } from 'zod';
import { id, instant } from './primitives.ts';

/** A place on the picture, in shares of its width and height. */
export const mark = z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) });
export type Mark = z.infer<typeof mark>;

/** Criteria that add to the score when they are there. */
export interface Criterion {
  readonly code: string;
  readonly points: number;
}

export const sevenPoint = {
  source: 'Argenziano et al., Arch Dermatol 1998; 134:1563–1570',
  criteria: [
    { code: 'network', points: 2 },
    { code: 'veil', points: 2 },
    { code: 'vessels', points: 2 },
    { code: 'streaks', points: 1 },
    { code: 'dots', points: 1 },
    { code: 'blotches', points: 1 },
    { code: 'regression', points: 1 },
  ] satisfies Criterion[],
  limit: 3,
} as const;

export const abcd = {
  source:
    'Stolz et al., Eur J Dermatol 1994; 4:521–527; Nachbar et al., J Am Acad Dermatol 1994; 30:551–559',
  colours: ['white', 'red', 'light brown', 'dark brown', 'blue-grey', 'black'],
  structures: ['network', 'structureless areas', 'branched streaks', 'dots', 'globules'],
  /** Of the total dermoscopy score: from the first on suspicious, above the second highly so. */
  limits: [4.75, 5.45],
} as const;

export const menzies = {
  source: 'Menzies et al., Arch Dermatol 1996; 132:1178–1182',
  /** Either of them speaks against melanoma. */
  negative: ['symmetry', 'one-colour'],
  positive: [
    'veil',
    'brown-dots',
    'pseudopods',
    'radial',
    'scar',
    'peripheral',
    'colours',
    'grey-dots',
    'broad-network',
  ],
} as const;

const codes = [
  ...sevenPoint.criteria.map(({ code }) => code),
  ...menzies.negative,
  ...menzies.positive,
];
const found = z.object({
  code: z.enum(codes as [string, ...string[]]),
  /** Where it is seen, for those who look again. */
  marks: z.array(mark).max(20),
});

/** What a reader fills in of an image. The program proposes nothing of it. */
export const checklistDetails = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('seven-point'), found: z.array(found).max(7) }),
  z.object({
    kind: z.literal('abcd'),
    /** Axes, of two, across which form, colour or structure is not symmetric. */
    asymmetry: z.int().min(0).max(2),
    /** Eighths in which the pigment ends abruptly. */
    border: z.int().min(0).max(8),
    colours: z.array(z.enum(abcd.colours)).min(1).max(6),
    structures: z.array(z.enum(abcd.structures)).min(1).max(5),
  }),
  z.object({ kind: z.literal('menzies'), found: z.array(found).max(11) }),
]);
export type ChecklistDetails = z.infer<typeof checklistDetails>;
export type ChecklistKind = ChecklistDetails['kind'];

/** As far as one is filled in: what the ABCD rule requires may be missing yet. */
export const typedChecklist = z.object({
  kind: z.enum(['seven-point', 'abcd', 'menzies']),
  found: z.array(found).max(11),
  abcd: z.object({
    asymmetry: z.int().min(0).max(2).nullable(),
    border: z.int().min(0).max(8).nullable(),
    colours: z.array(z.enum(abcd.colours)).max(6),
    structures: z.array(z.enum(abcd.structures)).max(5),
  }),
});
export type TypedChecklist = z.infer<typeof typedChecklist>;

/** Never changed: a correction is a newer one. */
export const checklist = z.object({
  id,
  imageId: id,
  details: checklistDetails,
  readerName: z.string(),
  createdAt: instant,
});
export type Checklist = z.infer<typeof checklist>;

export interface ChecklistScore {
  /** The points, or the total dermoscopy score; of Menzies’ method how many positive features there are. */
  readonly score: number;
  readonly says: 'benign' | 'suspicious' | 'highly-suspicious';
}

export function scoreOf(details: ChecklistDetails): ChecklistScore {
  switch (details.kind) {
    case 'seven-point': {
      const has = new Set(details.found.map(({ code }) => code));
      const score = sevenPoint.criteria.reduce(
        (sum, { code, points }) => sum + (has.has(code) ? points : 0),
        0,
      );
      return { score, says: score >= sevenPoint.limit ? 'suspicious' : 'benign' };
    }
    case 'abcd': {
      const { asymmetry, border, colours, structures } = details;
      // In tenths, so that the limits are met exactly.
      const tenths =
        13 * asymmetry + border + 5 * new Set(colours).size + 5 * new Set(structures).size;
      const [from, above] = abcd.limits;
      const score = tenths / 10;
      return {
        score,
        says: score > above ? 'highly-suspicious' : score >= from ? 'suspicious' : 'benign',
      };
    }
    case 'menzies': {
      const has = new Set(details.found.map(({ code }) => code));
      const score = menzies.positive.filter((code) => has.has(code)).length;
      const isNegative = menzies.negative.some((code) => has.has(code));
      return { score, says: !isNegative && score > 0 ? 'suspicious' : 'benign' };
    }
  }
}
