import type { Erasure } from '../../../src/clinic/entities/index.ts';
import { locale, t } from '../../../src/language/index.ts';
import { Notice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { formatDateTime } from '../wording/dates.ts';
import { andText } from '../wording/lists.ts';
import { goesText } from './words.ts';

const nothingLeft: Record<Erasure['subject']['kind'], string> = {
  patient: t('Nothing of the patient is left in the clinic’s files.'),
  image: t('Nothing of the image is left in the clinic’s files.'),
  overview: t('Nothing of the overview is left in the clinic’s files.'),
};

/** What was done so that nothing is left; names nobody but users. */
export function Proof({ erasure }: { erasure: Erasure }) {
  const { subject, counts, userName, secondUserName, at, entry, proof } = erasure;
  return (
    <>
      <Notice tone={proof ? 'good' : 'caution'}>
        {proof
          ? nothingLeft[subject.kind]
          : t(
              'The records are gone. What is left of them in unused parts of the files is overwritten when the clinic is next unlocked.',
            )}
      </Notice>
      <dl className="erasure__proof">
        <dt>{t('Records')}</dt>
        <dd>{t('Gone: {goes}', { goes: goesText(counts, subject.kind).join('; ') })}</dd>
        <dt>{t('Agreed by')}</dt>
        <dd>
          {secondUserName ? andText([userName, secondUserName]) : userName}, {formatDateTime(at)}
        </dd>
        <dt>{t('Audit log')}</dt>
        <dd>
          {t('Entry {entry} tells of it, signed.', { entry })}{' '}
          {counts.entries > 0 && t('No entry says any more what the records were.')}
        </dd>
        {proof && (
          <>
            <dt>{t('Database')}</dt>
            <dd>
              {t(
                '{pages} looked through; in {pagesWritten} unused parts were overwritten. The log was emptied, {dateTime}.',
                {
                  pages: countText(proof.pagesLooked, 'page'),
                  pagesWritten: proof.pagesWritten.toLocaleString(locale()),
                  dateTime: formatDateTime(proof.finishedAt),
                },
              )}
            </dd>
            <dt>{t('Older copies')}</dt>
            <dd>
              {proof.copiesDropped === 0
                ? t('None on this computer held it.')
                : t('{copies} on this computer deleted.', {
                    copies: proof.copiesDropped,
                  })}
            </dd>
          </>
        )}
        <dt>{t('Backups')}</dt>
        <dd>
          {t(
            'Connect each medium and back up once: what was made before is deleted when the new backup was read back whole.',
          )}
        </dd>
        <dt>{t('Number')}</dt>
        <dd>
          <code className="erasure__number">{subject.id}</code>
        </dd>
      </dl>
    </>
  );
}
