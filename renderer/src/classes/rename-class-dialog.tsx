import { type FormEvent, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { ClassOverview } from '../../../src/station/contract/index.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { shortClassName } from '../wording/readings.ts';

interface RenameClassDialogProps {
  proposed: ClassOverview['proposed'];
  onClose: () => void;
}

/** Another name for people to read; what is learned and what is counted stays the same. */
export function RenameClassDialog({ proposed, onClose }: RenameClassDialogProps) {
  const change = useStationCommand('classes.change');
  const [code, setCode] = useState(proposed[0]?.code ?? '');
  const [name, setName] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() === '' || change.isPending) return;
    change.mutate({ change: { kind: 'rename', code, name } }, { onSuccess: onClose });
  };
  return (
    <Dialog title={t('Rename a class')} onClose={onClose} widthPx={460} holdsTyping={name !== ''}>
      <form className="form" onSubmit={submit} noValidate>
        <SelectField label={t('Class')} value={code} onValue={setCode}>
          {proposed.map((each) => (
            <option key={each.code} value={each.code}>
              {shortClassName(each.name)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('New name')}
          hint={t('Its short code stays, and so does every figure.')}
          value={name}
          onValue={setName}
          maxLength={200}
          error={isTried && name.trim() === '' ? t('Enter a name.') : undefined}
        />
        <ErrorNotice error={change.error} />
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={change.isPending}>
            {t('Rename class')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
