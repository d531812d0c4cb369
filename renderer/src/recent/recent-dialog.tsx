import { t } from '../../../src/language/index.ts';
import type { ShownChange } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { formatAgo } from '../wording/dates.ts';
import { doneText, fieldTexts } from './words.ts';
import './recent.css';

/** What the person did lately, from the clinic's records, each with its way back. */
export function RecentDialog({ onClose }: { onClose: () => void }) {
  const recent = useStationQuery('recent.list', {});
  const undo = useStationCommand('recent.undo');
  return (
    <Dialog title={t('Recently changed by you')} onClose={onClose} widthPx={720}>
      <ErrorNotice error={recent.error ?? undo.error} />
      {recent.isPending && <Loading what={t('what you changed')} />}
      {recent.data?.length === 0 && (
        <EmptyState icon="history" title={t('Nothing to take back')}>
          <p>
            {t(
              'What you edit, archive, remove, merge or move stands here afterwards, also after a lock or a restart.',
            )}
          </p>
        </EmptyState>
      )}
      {recent.data && recent.data.length > 0 && (
        <ul className="recent" aria-label={t('Recently changed')}>
          {recent.data.map((shown) => (
            <RecentRow
              key={shown.change.id}
              shown={shown}
              busy={undo.isPending && undo.variables.changeId === shown.change.id}
              onOpen={onClose}
              onUndo={() =>
                undo.mutate(
                  { changeId: shown.change.id },
                  {
                    onSuccess: () => showToast(t('Taken back: {done}.', { done: doneText(shown) })),
                  },
                )
              }
            />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

interface RecentRowProps {
  shown: ShownChange;
  busy: boolean;
  onOpen: () => void;
  onUndo: () => void;
}

function RecentRow({ shown, busy, onOpen, onUndo }: RecentRowProps) {
  const { change, obstacle } = shown;
  const text = doneText(shown);
  return (
    <li className="recent__row">
      <div>
        <a href={href({ screen: 'patient', patientId: change.patientId })} onClick={onOpen}>
          {text}
        </a>{' '}
        <span className="faint">{formatAgo(change.at)}</span>
        {fieldTexts(shown).map((line) => (
          <p key={line} className="soft recent__field">
            {line}
          </p>
        ))}
        {obstacle !== null && <p className="faint">{obstacle}</p>}
      </div>
      {obstacle === null && (
        <Button
          small
          icon="restore"
          busy={busy}
          aria-label={t('Undo: {done}', { done: text })}
          onClick={onUndo}
        >
          {t('Undo')}
        </Button>
      )}
    </li>
  );
}
