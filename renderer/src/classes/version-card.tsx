import { useState } from 'react';
import type { HeadVersion, User } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/fields.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { formatDate } from '../wording/dates.ts';
import { CompareDialog } from './compare-dialog.tsx';
import { Evaluation } from './evaluation.tsx';
import { guardText } from './guard-words.ts';
import { learnerNames, stateNames } from './version-names.ts';

interface VersionCardProps {
  version: HeadVersion;
  user: User;
  needsSecondUser: boolean;
  isOpen: boolean;
}

/** A version: what it is worth, who stands for it, and what can be done with it. */
export function VersionCard({ version, user, needsSecondUser, isOpen }: VersionCardProps) {
  const may = useMay();
  const activate = useStationCommand('classes.activate');
  const retire = useStationCommand('classes.retire');
  const [dialog, setDialog] = useState<'approve' | 'compare'>();
  const { number, state, learner, authorName, approverName, reason, withdrawn } = version;
  const mustBeAnother = needsSecondUser && version.authorId === user.id;
  return (
    <details className="version" open={isOpen}>
      <summary>
        <strong>{t('Version {number}', { number })}</strong>{' '}
        <span className={state === 'active' ? 'tag tag--accent' : 'tag'}>{stateNames[state]}</span>{' '}
        <span className="soft">{learnerNames[learner]}</span>
      </summary>
      <div className="version__body">
        <p className="faint">
          {t(
            'Learned {date} by {authorName} from {examples}{isApproved, select, yes {; approved by {approverName}} other {}}{hasReason, select, yes { although a class falls: “{reason}”} other {}}.',
            {
              date: formatDate(version.createdAt),
              authorName,
              examples: countText(version.examples, 'example'),
              isApproved: approverName ? 'yes' : 'no',
              approverName: approverName ?? '',
              hasReason: reason ? 'yes' : 'no',
              reason: reason ?? '',
            },
          )}
        </p>
        {withdrawn > 0 && (
          <Notice tone="caution">
            {t(
              '{count, plural, one {# example that it learned was} other {# examples that it learned were}} withdrawn since. Learn the classes again for a version without.',
              { count: withdrawn },
            )}
          </Notice>
        )}
        {state === 'erased' ? (
          <p>
            {t(
              'An image that it had learned from was erased, so what it learned and its figures are gone.',
            )}
          </p>
        ) : (
          <Evaluation evaluation={version.evaluation} />
        )}
        <ErrorNotice error={activate.error ?? retire.error} />
        {state === 'evaluated' && mustBeAnother && (
          <p className="soft">{t('You learned this version; another user must approve it.')}</p>
        )}
        <div className="version__actions">
          {state !== 'erased' && may('classes.compare') && (
            <Button onClick={() => setDialog('compare')}>{t('Try it beside what reads')}</Button>
          )}
          {state === 'evaluated' && !mustBeAnother && (
            <Button variant="primary" onClick={() => setDialog('approve')}>
              {t('Approve version {number}', { number })}
            </Button>
          )}
          {state === 'approved' && (
            <Button
              variant="primary"
              busy={activate.isPending}
              onClick={() => activate.mutate({ number })}
            >
              {t('Let version {number} read', { number })}
            </Button>
          )}
          {(state === 'evaluated' || state === 'approved') && (
            <Button variant="quiet" onClick={() => retire.mutate({ number })}>
              {t('Retire')}
            </Button>
          )}
        </div>
      </div>
      {dialog === 'approve' && (
        <ApproveDialog version={version} user={user} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'compare' && (
        <CompareDialog number={number} onClose={() => setDialog(undefined)} />
      )}
    </details>
  );
}

function ApproveDialog({
  version,
  user,
  onClose,
}: {
  version: HeadVersion;
  user: User;
  onClose: () => void;
}) {
  const approve = useStationCommand('classes.approve');
  const [reason, setReason] = useState('');
  const falls = version.evaluation.guards.filter(({ kind }) => kind === 'fall');
  const names = new Map(version.evaluation.known.map(({ code, name }) => [code, name]));
  const mayNot = falls.length > 0 && user.role !== 'administrator';
  return (
    <Dialog
      title={t('Approve version {number}?', { number: version.number })}
      onClose={onClose}
      widthPx={520}
      holdsTyping={reason !== ''}
    >
      <p>
        {t('Once approved it can be let read. It can be rolled back at any time, with every bit.')}
      </p>
      {falls.map((guard) => (
        <Notice key={guardText(guard, String)} tone="error">
          {guardText(guard, (code) => names.get(code) ?? code)}
        </Notice>
      ))}
      {mayNot && <p>{t('Only an administrator can approve that, with a written reason.')}</p>}
      {falls.length > 0 && !mayNot && (
        <TextArea
          label={t('Why it is approved nevertheless')}
          value={reason}
          onValue={setReason}
          rows={3}
        />
      )}
      <ErrorNotice error={approve.error} />
      <div className="dialog__actions">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button
          variant="primary"
          busy={approve.isPending}
          disabled={mayNot || (falls.length > 0 && reason.trim() === '')}
          onClick={() =>
            approve.mutate(
              { number: version.number, reason: falls.length > 0 ? reason : null },
              { onSuccess: onClose },
            )
          }
        >
          {t('Approve')}
        </Button>
      </div>
    </Dialog>
  );
}
