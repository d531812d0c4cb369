import { type FormEvent, useState } from 'react';
import type { Gravity } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ClassOverview } from '../../../src/station/contract/index.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { shortClassName } from '../wording/readings.ts';
import { codeOf } from './class-code.ts';
import { GravityChoice } from './gravity-choice.tsx';

interface AddClassDialogProps {
  proposed: ClassOverview['proposed'];
  onClose: () => void;
}

/** A class beside the others, or a kind of one. */
export function AddClassDialog({ proposed, onClose }: AddClassDialogProps) {
  const change = useStationCommand('classes.change');
  const [name, setName] = useState('');
  const [code, setCode] = useState('');
  const [parent, setParent] = useState('');
  const [gravity, setGravity] = useState<Gravity | null>(null);
  const [isTried, setTried] = useState(false);
  const shownCode = code === '' ? codeOf(name) : code;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() === '' || shownCode === '' || gravity === null || change.isPending) return;
    change.mutate(
      {
        change: {
          kind: 'add',
          code: shownCode,
          name,
          gravity,
          parent: parent === '' ? null : parent,
        },
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      title={t('Add a class')}
      onClose={onClose}
      widthPx={520}
      holdsTyping={name !== '' || code !== ''}
    >
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label={t('Name')}
          value={name}
          onValue={setName}
          maxLength={200}
          error={isTried && name.trim() === '' ? t('Enter a name.') : undefined}
        />
        <TextField
          label={t('Short code')}
          hint={t('Lower-case letters, digits and hyphens; it never changes.')}
          value={shownCode}
          onValue={setCode}
          maxLength={24}
          error={isTried && shownCode === '' ? t('Enter a code.') : undefined}
        />
        <SelectField
          label={t('Kind of')}
          hint={t('A kind shares its class’s chance out, which still adds up.')}
          value={parent}
          onValue={setParent}
        >
          <option value="">{t('A class of its own')}</option>
          {proposed.map((each) => (
            <option key={each.code} value={each.code}>
              {shortClassName(each.name)}
            </option>
          ))}
        </SelectField>
        <GravityChoice
          value={gravity}
          onChoose={setGravity}
          isMissing={isTried && gravity === null}
        />
        <ErrorNotice error={change.error} />
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={change.isPending}>
            {t('Add class')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
