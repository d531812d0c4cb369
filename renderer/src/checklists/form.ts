import type {
  ChecklistDetails,
  ChecklistKind,
  Mark,
  TypedChecklist,
} from '../../../src/clinic/entities/index.ts';

export type FoundMarks = ReadonlyMap<string, readonly Mark[]>;

type Abcd = Extract<ChecklistDetails, { kind: 'abcd' }>;

export interface AbcdForm {
  readonly asymmetry: number | null;
  readonly border: number | null;
  readonly colours: readonly Abcd['colours'][number][];
  readonly structures: readonly Abcd['structures'][number][];
}

export interface ChecklistForm {
  readonly kind: ChecklistKind;
  readonly found: FoundMarks;
  readonly abcd: AbcdForm;
}

export const emptyAbcd: AbcdForm = { asymmetry: null, border: null, colours: [], structures: [] };

/** What is saved; `null` while something of the ABCD rule is missing. */
export function detailsOf({ kind, found, abcd }: ChecklistForm): ChecklistDetails | null {
  if (kind !== 'abcd')
    return { kind, found: [...found].map(([code, marks]) => ({ code, marks: [...marks] })) };
  const { asymmetry, border, colours, structures } = abcd;
  if (asymmetry === null || border === null || colours.length === 0 || structures.length === 0)
    return null;
  return { kind, asymmetry, border, colours, structures } as ChecklistDetails;
}

export const emptyForm: ChecklistForm = {
  kind: 'seven-point',
  found: new Map(),
  abcd: emptyAbcd,
};

/** As it is kept until it is saved; `null` where nothing is filled in. */
export function typedOf({ kind, found, abcd }: ChecklistForm): TypedChecklist | null {
  const isEmpty =
    found.size === 0 &&
    abcd.asymmetry === null &&
    abcd.border === null &&
    abcd.colours.length + abcd.structures.length === 0;
  if (isEmpty) return null;
  return {
    kind,
    found: [...found].map(([code, marks]) => ({ code, marks: [...marks] })),
    abcd,
  } as TypedChecklist;
}

export const formOf = ({ kind, found, abcd }: TypedChecklist): ChecklistForm => ({
  kind,
  found: new Map(found.map(({ code, marks }) => [code, marks])),
  abcd,
});
