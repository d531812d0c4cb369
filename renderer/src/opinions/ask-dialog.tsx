import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { useStation, useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { AskFields, newRequest } from './ask-fields.tsx';
import { useColleagues } from './use-colleagues.ts';

interface AskDialogProps {
  imageId: string;
  /** Who said what is asked about: nobody is asked about what they said themselves. */
  firstReaderId: string;
  onClose: () => void;
}

/** Sends a reviewed image to a colleague. */
export function AskDialog({ imageId, firstReaderId, onClose }: AskDialogProps) {
  const station = useStation();
  const ask = useStationCommand('secondOpinions.ask');
  const colleagues = useColleagues().colleagues.filter(({ id }) => id !== firstReaderId);
  const [changed, setRequest] = useState<ReturnType<typeof newRequest>>();
  const request = changed ?? newRequest(colleagues);
  const takeBack = (opinionId: string) =>
    station.call('secondOpinions.withdraw', { opinionId }).then(() => {
      showToast(t('The request is withdrawn.'));
    }, showErrorToast);
  return (
    <Dialog title={t('Ask for a second opinion')} onClose={onClose} widthPx={480}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ask.isPending) return;
          ask.mutate(
            { imageId, request },
            {
              onSuccess: ({ id, askedOfName }) => {
                const undo = { label: t('Undo'), run: () => void takeBack(id) };
                showToast(t('It is on the list of {askedOfName}.', { askedOfName }), undo);
                onClose();
              },
            },
          );
        }}
      >
        <ErrorNotice error={ask.error} />
        <AskFields {...{ colleagues, request }} about={{ imageId }} onChange={setRequest} />
        <p className="faint">
          {t(
            'Their answer stands beside the review and changes nothing by itself. Where the two differ, a consensus is recorded.',
          )}
        </p>
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={ask.isPending}>
            {t('Ask')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
