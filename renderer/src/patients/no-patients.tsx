import { t } from '../../../src/language/index.ts';
import { EmptyState } from '../ui/notices.tsx';
import { type PatientsView, saysSomething } from './view.ts';

/** In the place of the list's rows, where there are none. */
export function NoPatients(props: Pick<PatientsView, 'text' | 'show'> & { hasSimilar: boolean }) {
  const { text, show, hasSimilar } = props;
  if (text.trim() !== '' && !saysSomething(text))
    return (
      <EmptyState icon="search" title={t('Signs alone find nobody')}>
        <p>{t('Type letters or figures: a name, a record number or a date of birth.')}</p>
      </EmptyState>
    );
  if (hasSimilar) return <p className="soft">{t('Nobody matches exactly.')}</p>;
  if (text.trim() !== '')
    return (
      <EmptyState icon="search" title={t('Nobody matches')}>
        <p>
          {show === 'archived'
            ? t(
                'Check the spelling, or look among the current records. The beginning of each word is enough.',
              )
            : t(
                'Check the spelling, or look among the archived records. The beginning of each word is enough.',
              )}
        </p>
      </EmptyState>
    );
  if (show === 'archived')
    return (
      <EmptyState icon="archive" title={t('Nobody is archived')}>
        <p>{t('Archived records are kept here. Nothing of them is deleted.')}</p>
      </EmptyState>
    );
  if (show === 'waiting')
    return (
      <EmptyState icon="check" title={t('Nobody waits for a review')}>
        <p>{t('Whoever has an image without a review is listed here.')}</p>
      </EmptyState>
    );
  return (
    <EmptyState icon="patients" title={t('Nobody is enrolled yet')}>
      <p>
        {t('Enrol the first person with “New patient”, then mark a lesion and add its images.')}
      </p>
    </EmptyState>
  );
}
