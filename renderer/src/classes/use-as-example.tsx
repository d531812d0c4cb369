import { useState } from 'react';
import type { Confirmation } from '../../../src/clinic/entities/index.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField } from '../ui/fields.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { shortClassName } from '../wording/readings.ts';
import { ConfirmedByField } from './confirmed-by-field.tsx';

/** Makes an image one from which a class is learned. */
export function UseAsExample({ imageId, disabled }: { imageId: string; disabled: boolean }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="quiet" onClick={() => setOpen(true)} disabled={disabled}>
        Use as an example
      </Button>
      {isOpen && <ExampleDialog imageId={imageId} onClose={() => setOpen(false)} />}
    </>
  );
}

function ExampleDialog({ imageId, onClose }: { imageId: string; onClose: () => void }) {
  const overview = useStationQuery('classes.overview', {});
  const add = useStationCommand('classes.addExamples');
  const [code, setCode] = useState('');
  const [confirmedBy, setConfirmedBy] = useState<Confirmation>('histology');
  const classes = overview.data?.proposed ?? [];
  const chosen = code === '' ? (classes.at(-1)?.code ?? '') : code;
  return (
    <Dialog title="Use as an example" onClose={onClose} widthPx={460}>
      {overview.isPending && <Loading what="the classes" />}
      <ErrorNotice error={overview.error ?? add.error} />
      {overview.data && (
        <>
          <SelectField label="Of the class" value={chosen} onValue={setCode}>
            {classes.map((each) => (
              <option key={each.code} value={each.code}>
                {shortClassName(each.name)}
              </option>
            ))}
          </SelectField>
          <ConfirmedByField
            label="Diagnosis confirmed by"
            value={confirmedBy}
            onValue={setConfirmedBy}
          />
          <p className="faint">It is learned from when the classes are learned next.</p>
        </>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="primary"
          busy={add.isPending}
          disabled={chosen === ''}
          onClick={() =>
            add.mutate(
              { imageIds: [imageId], code: chosen, confirmedBy },
              {
                onSuccess: () => {
                  onClose();
                  showToast('The image is an example now.');
                },
              },
            )
          }
        >
          Use as an example
        </Button>
      </div>
    </Dialog>
  );
}
