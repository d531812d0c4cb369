import { type FormEvent, useState } from 'react';
import {
  longestTemplate,
  longestTemplateName,
  type TemplatePlace,
  type TextTemplate,
  templatePlace,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { errorCode, errorText } from '../station/errors.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FieldError, TextArea, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { listText } from '../wording/lists.ts';
import { factNames, templatePlaceNames, unknownPlaces } from '../wording/templates.ts';

interface TemplateDialogProps {
  /** The one to edit. */
  template?: TextTemplate | undefined;
  onClose: () => void;
}

export function TemplateDialog({ template, onClose }: TemplateDialogProps) {
  const add = useStationCommand('templates.add');
  const update = useStationCommand('templates.update');
  const [name, setName] = useState(template?.name ?? '');
  const [text, setText] = useState(template?.text ?? '');
  const [places, setPlaces] = useState<readonly TemplatePlace[]>(template?.places ?? []);
  const [isAsked, setAsked] = useState(false);
  const [nameError, setNameError] = useState<string>();
  const isPending = add.isPending || update.isPending;
  const error = add.error ?? update.error;
  const unknown = unknownPlaces(text);
  const isTyped =
    name !== (template?.name ?? '') ||
    text !== (template?.text ?? '') ||
    places.join() !== (template?.places ?? []).join();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (name.trim() === '' || text.trim() === '' || places.length === 0 || isPending) return;
    const details = { name, text, places: [...places] };
    const told = {
      onSuccess: (saved: TextTemplate) => {
        onClose();
        showToast(t('Template “{name}” saved.', { name: saved.name }));
      },
      onError: (refusal: unknown) => {
        if (errorCode(refusal) === 'duplicate-template') setNameError(errorText(refusal));
      },
    };
    if (template)
      update.mutate({ templateId: template.id, revision: template.revision, details }, told);
    else add.mutate({ details }, told);
  };

  return (
    <Dialog
      title={template ? t('Edit the template') : t('Add template')}
      onClose={onClose}
      widthPx={560}
      holdsTyping={isTyped}
    >
      <form className="form" onSubmit={submit} noValidate>
        {errorCode(error) !== 'duplicate-template' && <ErrorNotice error={error} />}
        <TextField
          label={t('Name')}
          value={name}
          onValue={(value) => {
            setName(value);
            setNameError(undefined);
          }}
          error={nameError ?? (isAsked && name.trim() === '' ? t('Enter a name.') : undefined)}
          maxLength={longestTemplateName}
        />
        <TextArea
          label={t('Text')}
          value={text}
          onValue={setText}
          maxLength={longestTemplate}
          rows={5}
          error={isAsked && text.trim() === '' ? t('Enter the text.') : undefined}
          hint={
            unknown.length > 0 &&
            t('Stays as typed, as nothing is filled in for it: {places}.', {
              places: listText(unknown),
            })
          }
        />
        <div className="soft">
          {t('Filled in where it is inserted:')}
          <ul className="templates__facts">
            {Object.entries(factNames).map(([fact, meaning]) => (
              <li key={fact}>
                <code>{`{${fact}}`}</code> {meaning}
              </li>
            ))}
          </ul>
        </div>
        <PlaceFields
          places={places}
          onPlaces={setPlaces}
          error={isAsked && places.length === 0 ? t('Choose at least one place.') : undefined}
        />
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={isPending}>
            {template ? t('Save') : t('Add template')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface PlaceProps {
  places: readonly TemplatePlace[];
  onPlaces: (places: readonly TemplatePlace[]) => void;
  error: string | undefined;
}

function PlaceFields({ places, onPlaces, error }: PlaceProps) {
  return (
    <fieldset className="templates__places">
      <legend className="field__label">{t('Offered beside')}</legend>
      {templatePlace.options.map((place) => (
        <label key={place} className="check">
          <input
            type="checkbox"
            checked={places.includes(place)}
            onChange={({ target }) =>
              onPlaces(
                templatePlace.options.filter((each) =>
                  each === place ? target.checked : places.includes(each),
                ),
              )
            }
          />
          {templatePlaceNames[place]}
        </label>
      ))}
      <FieldError text={error} />
    </fieldset>
  );
}
