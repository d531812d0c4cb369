import { useState } from 'react';
import { worklistView } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useChangeLook } from '../lists/use-look.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/fields.tsx';
import { Menu } from '../ui/menu.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { everything, type WorklistLook, worklist } from './view.ts';

/** Filters and order under a name of one's own, for another day. */
export function SavedViews({ look }: { look: WorklistLook }) {
  const change = useChangeLook(worklist);
  const { data } = useStationQuery('views.list', { list: 'worklist' });
  const [isEditing, setEditing] = useState(false);
  const saved = (data?.saved ?? []).flatMap((each) => (each.list === 'worklist' ? [each] : []));
  const isShown = (view: object) =>
    JSON.stringify(worklistView.parse(look)) === JSON.stringify(worklistView.parse(view));
  const items = [{ name: t('Everything'), view: everything }, ...saved].map(({ name, view }) => ({
    label: name,
    icon: isShown(view) ? ('check' as const) : ('worklist' as const),
    run: () => change({ ...view, text: '', only: null }),
  }));
  return (
    <>
      <Menu
        label={t('Views')}
        items={[
          ...items,
          { label: t('Save or remove…'), icon: 'edit', run: () => setEditing(true) },
        ]}
      />
      {isEditing && (
        <ViewsDialog
          look={look}
          names={saved.map(({ name }) => name)}
          onClose={() => setEditing(false)}
        />
      )}
    </>
  );
}

interface ViewsDialogProps {
  look: WorklistLook;
  names: readonly string[];
  onClose: () => void;
}

function ViewsDialog({ look, names, onClose }: ViewsDialogProps) {
  const [name, setName] = useState('');
  const [isNameless, setNameless] = useState(false);
  const keep = useStationCommand('views.keep');
  const drop = useStationCommand('views.drop');
  const chosen = name.trim();
  const save = () => {
    setNameless(chosen === '');
    if (chosen === '' || keep.isPending) return;
    const view = worklistView.parse(look);
    keep.mutate({ list: 'worklist', name: chosen, view }, { onSuccess: onClose });
  };
  return (
    <Dialog title={t('Saved views')} onClose={onClose} widthPx={440} holdsTyping={name !== ''}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <ErrorNotice error={keep.error ?? drop.error} />
        <TextField
          label={t('Save filters and order as')}
          value={name}
          onValue={setName}
          maxLength={60}
          hint={names.includes(chosen) ? t('Takes the place of the view of that name.') : undefined}
          error={isNameless && chosen === '' ? t('Give the view a name.') : undefined}
        />
        <div className="dialog__actions">
          <Button type="submit" variant="primary" busy={keep.isPending}>
            {t('Save view')}
          </Button>
        </div>
      </form>
      {names.length > 0 && (
        <ul className="views" aria-label={t('Your views')}>
          {names.map((each) => (
            <li key={each}>
              <span>{each}</span>
              <IconButton
                icon="remove"
                label={t('Remove {name}', { name: each })}
                small
                onClick={() => drop.mutate({ list: 'worklist', name: each })}
              />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
