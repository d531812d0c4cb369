import type { Erasure } from '../../../src/clinic/entities/index.ts';
import { Notice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { formatDateTime } from '../wording/dates.ts';
import { goesText } from './words.ts';

/** What was done so that nothing is left; names nobody but users. */
export function Proof({ erasure }: { erasure: Erasure }) {
  const { subject, counts, userName, secondUserName, at, entry, proof } = erasure;
  return (
    <>
      <Notice tone={proof ? 'good' : 'caution'}>
        {proof
          ? `Nothing of the ${subject.kind} is left in the clinic’s files.`
          : 'The records are gone. What is left of them in unused parts of the files is overwritten when the clinic is next unlocked.'}
      </Notice>
      <dl className="erasure__proof">
        <dt>Records</dt>
        <dd>Gone: {goesText(counts, subject.kind).join('; ')}</dd>
        <dt>Agreed by</dt>
        <dd>
          {userName}
          {secondUserName && ` and ${secondUserName}`}, {formatDateTime(at)}
        </dd>
        <dt>Audit log</dt>
        <dd>
          Entry {entry} tells of it, signed.{' '}
          {counts.entries > 0 && 'No entry says any more what the records were.'}
        </dd>
        {proof && (
          <>
            <dt>Database</dt>
            <dd>
              {countText(proof.pagesLooked, 'page')} looked through; in{' '}
              {proof.pagesWritten.toLocaleString()} unused parts were overwritten. The log was
              emptied, {formatDateTime(proof.finishedAt)}.
            </dd>
            <dt>Older copies</dt>
            <dd>
              {proof.copiesDropped === 0
                ? 'None on this computer held it.'
                : `${proof.copiesDropped} on this computer deleted.`}
            </dd>
          </>
        )}
        <dt>Backups</dt>
        <dd>
          Connect each medium and back up once: what was made before is deleted when the new backup
          was read back whole.
        </dd>
        <dt>Number</dt>
        <dd>
          <code className="erasure__number">{subject.id}</code>
        </dd>
      </dl>
    </>
  );
}
