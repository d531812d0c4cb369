import { type FormEvent, useState } from 'react';
import { type Gravity, gravity as gravities } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ClassOverview } from '../../../src/station/contract/index.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FieldError, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { GravityMark } from '../ui/probability.tsx';
import { shortClassName } from '../wording/readings.ts';
import { codeOf } from './class-code.ts';
import { GravityChoice } from './gravity-choice.tsx';

interface MergeClassesDialogProps {
  proposed: ClassOverview['proposed'];
  onClose: () => void;
}

/** By this code readings find melanoma: what it is merged into keeps it. */
const melanoma = 'mel';

/** Several classes become one, as probable as all of them together. */
export function MergeClassesDialog({ proposed, onClose }: MergeClassesDialogProps) {
  const change = useStationCommand('classes.change');
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [name, setName] = useState('');
  const [code, setCode] = useState('');
  const [chosenGravity, setGravity] = useState<Gravity>();
  const [isTried, setTried] = useState(false);
  const chosen = proposed.filter((each) => codes.includes(each.code));
  const gravest = gravities.options.find((value) =>
    chosen.some(({ gravity }) => gravity === value),
  );
  const gravity = chosenGravity ?? gravest ?? null;
  const holdsMelanoma = codes.includes(melanoma);
  const shownCode = holdsMelanoma ? melanoma : code === '' ? codeOf(name) : code;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (codes.length < 2 || name.trim() === '' || shownCode === '' || gravity === null) return;
    if (change.isPending) return;
    const into = { code: shownCode, name, gravity };
    change.mutate(
      { change: { kind: 'merge', codes: chosen.map((each) => each.code), into } },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      title={t('Merge classes')}
      onClose={onClose}
      widthPx={560}
      holdsTyping={name !== '' || code !== '' || codes.length > 0}
    >
      <form className="form" onSubmit={submit} noValidate>
        <fieldset className="merge-classes">
          <legend className="field__label">{t('Classes that become one')}</legend>
          {proposed.map((each) => (
            <label key={each.code} className="check">
              <input
                type="checkbox"
                checked={codes.includes(each.code)}
                onChange={({ target }) =>
                  setCodes(
                    target.checked
                      ? [...codes, each.code]
                      : codes.filter((other) => other !== each.code),
                  )
                }
              />
              <GravityMark gravity={each.gravity} />
              {shortClassName(each.name)}
            </label>
          ))}
          <FieldError
            text={isTried && codes.length < 2 ? t('Choose two classes or more.') : undefined}
          />
        </fieldset>
        <TextField
          label={t('Name of the merged class')}
          value={name}
          onValue={setName}
          maxLength={200}
          error={isTried && name.trim() === '' ? t('Enter a name.') : undefined}
        />
        <TextField
          label={t('Short code')}
          hint={
            holdsMelanoma
              ? t('What melanoma is merged into keeps its code.')
              : t('One of theirs, or a new one; it never changes.')
          }
          value={shownCode}
          onValue={setCode}
          disabled={holdsMelanoma}
          maxLength={24}
          error={isTried && shownCode === '' ? t('Enter a code.') : undefined}
        />
        <GravityChoice
          value={gravity}
          onChoose={setGravity}
          isMissing={isTried && gravity === null}
        />
        <ErrorNotice error={change.error} />
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={change.isPending}>
            {t('Merge classes')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
