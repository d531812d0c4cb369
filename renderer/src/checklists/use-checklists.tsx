import { type ReactNode, useState } from 'react';
import type { LesionImage, Mark } from '../../../src/clinic/entities/index.ts';
import { keepFormDraft, useKeptDraft } from '../drafts/use-drafted-form.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ChecklistPanel } from './checklist-panel.tsx';
import { type ChecklistForm, emptyForm, formOf, typedOf } from './form.ts';
import { MarksLayer } from './marks-layer.tsx';

/** The checklists of an image: their panel, and the marks over the picture. */
export function useChecklists(image: LesionImage): { overlay: ReactNode; panel: ReactNode } {
  const [isOpen, setOpen] = useState(false);
  const key = { form: 'checklist', subjectId: image.id } as const;
  const kept = useKeptDraft(key, useMay()('checklists.save'));
  const [typed, setTyped] = useState<ChecklistForm>();
  const form = typed ?? (kept ? formOf(kept.details) : emptyForm);
  const setForm = (next: ChecklistForm) => {
    setTyped(next);
    const details = typedOf(next);
    keepFormDraft(key, details && { form: 'checklist', details, begunFrom: null });
  };
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
        isBegun={kept !== null && kept !== undefined && typed === undefined}
        onForm={setForm}
        onSaved={() => setForm(emptyForm)}
        onFound={put}
        marking={marking}
        onMarking={setMarking}
      />
    ),
  };
}
