import type { Lesion, LesionDetails } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { BodyPlace } from '../body-map/body-place.ts';
import { closeKeeping } from '../drafts/keeping.ts';
import { type DraftOf, useDraftedForm, useKeptDraft } from '../drafts/use-drafted-form.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { LesionForm } from './lesion-form.tsx';

type Draft = DraftOf<'lesion'>;

const blank: LesionDetails = {
  label: '',
  bodySite: 'unspecified',
  laterality: 'unspecified',
  position: null,
  note: '',
};

interface AddLesionProps {
  patientId: string;
  place?: BodyPlace | undefined;
  suggestedLabel: string;
  onClose: () => void;
  onAdded: (lesion: Lesion) => void;
}

export function AddLesionDialog(props: AddLesionProps) {
  const kept = useKeptDraft({ form: 'lesion', subjectId: props.patientId });
  return kept === undefined ? null : <Adding {...props} kept={kept} />;
}

function Adding(props: AddLesionProps & { kept: Draft | null }) {
  const { patientId, place, suggestedLabel, kept, onClose, onAdded } = props;
  const initial = { ...blank, label: suggestedLabel, ...place };
  const form = useDraftedForm(
    { form: 'lesion', subjectId: patientId },
    { revision: null, details: initial },
    // What was typed earlier, at the place that was pointed at now.
    kept && { ...kept, details: { ...kept.details, ...place } },
  );
  const add = useStationCommand('lesions.add');
  return (
    <Dialog title={t('New lesion')} onClose={closeKeeping(form.isChanged, onClose)}>
      <LesionForm
        form={form}
        placed={kept && !place ? kept.details : initial}
        submitLabel={t('Add lesion')}
        isBusy={add.isPending}
        error={add.error}
        onCancel={() => {
          form.end();
          onClose();
        }}
        onSubmit={(details) =>
          add.mutate(
            { patientId, details },
            {
              onSuccess: (lesion) => {
                form.end();
                onAdded(lesion);
              },
            },
          )
        }
      />
    </Dialog>
  );
}

interface EditLesionProps {
  /** As it is now, whoever changed it. */
  lesion: Lesion;
  onClose: () => void;
}

export function EditLesionDialog(props: EditLesionProps) {
  const kept = useKeptDraft({ form: 'lesion', subjectId: props.lesion.id });
  return kept === undefined ? null : <Editing {...props} kept={kept} />;
}

function Editing({ lesion, kept, onClose }: EditLesionProps & { kept: Draft | null }) {
  const form = useDraftedForm(
    { form: 'lesion', subjectId: lesion.id },
    { revision: lesion.revision, details: detailsOf(lesion) },
    kept,
  );
  const update = useStationCommand('lesions.update');
  const end = () => {
    form.end();
    onClose();
  };
  return (
    <Dialog title={t('Edit lesion')} onClose={closeKeeping(form.isChanged, onClose)}>
      <LesionForm
        form={form}
        placed={lesion}
        submitLabel={t('Save changes')}
        isBusy={update.isPending}
        error={update.error}
        onCancel={end}
        onSubmit={(details) =>
          update.mutate(
            { lesionId: lesion.id, revision: form.revision ?? lesion.revision, details },
            { onSuccess: end },
          )
        }
      />
    </Dialog>
  );
}

/** What a person enters about a lesion, without the rest of its record. */
export function detailsOf(lesion: Lesion): LesionDetails {
  const { label, bodySite, laterality, position, note } = lesion;
  return { label, bodySite, laterality, position, note };
}
