import { type ReactNode, useState } from 'react';
import type {
  ChecklistDetails,
  ChecklistKind,
  LesionImage,
  Mark,
} from '../../../src/clinic/entities/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ChecklistPanel } from './checklist-panel.tsx';
import { MarksLayer } from './marks-layer.tsx';

export type FoundMarks = ReadonlyMap<string, readonly Mark[]>;

export interface AbcdForm {
  readonly asymmetry: number | null;
  readonly border: number | null;
  readonly colours: readonly string[];
  readonly structures: readonly string[];
}

export interface ChecklistForm {
  readonly kind: ChecklistKind;
  readonly found: FoundMarks;
  readonly abcd: AbcdForm;
}

const emptyAbcd: AbcdForm = { asymmetry: null, border: null, colours: [], structures: [] };

/** The checklists of an image: their panel, and the marks over the picture. */
export function useChecklists(image: LesionImage): { overlay: ReactNode; panel: ReactNode } {
  const [isOpen, setOpen] = useState(false);
  const [form, setForm] = useState<ChecklistForm>({
    kind: 'seven-point',
    found: new Map(),
    abcd: emptyAbcd,
  });
  /** The criterion whose place is to be pointed at. */
  const [marking, setMarking] = useState<string>();
  const { data } = useStationQuery('checklists.ofImage', { imageId: image.id });
  const put = (code: string, marks: readonly Mark[] | undefined) => {
    const found = new Map(form.found);
    if (marks) found.set(code, marks);
    else found.delete(code);
    setForm({ ...form, found });
  };
  return {
    overlay: isOpen && form.kind !== 'abcd' && (
      <MarksLayer
        kind={form.kind}
        found={form.found}
        marking={marking}
        onMark={(at) => {
          if (marking) put(marking, [...(form.found.get(marking) ?? []), at]);
          setMarking(undefined);
        }}
        onCancel={() => setMarking(undefined)}
      />
    ),
    panel: (
      <ChecklistPanel
        imageId={image.id}
        saved={data ?? []}
        isOpen={isOpen}
        onOpen={setOpen}
        form={form}
        onForm={setForm}
        onFound={put}
        marking={marking}
        onMarking={setMarking}
      />
    ),
  };
}

/** What is saved; `null` while something of the ABCD rule is missing. */
export function detailsOf({ kind, found, abcd }: ChecklistForm): ChecklistDetails | null {
  if (kind !== 'abcd')
    return { kind, found: [...found].map(([code, marks]) => ({ code, marks: [...marks] })) };
  const { asymmetry, border, colours, structures } = abcd;
  if (asymmetry === null || border === null || colours.length === 0 || structures.length === 0)
    return null;
  return { kind, asymmetry, border, colours, structures } as ChecklistDetails;
}
