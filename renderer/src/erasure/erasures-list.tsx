import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { Proof } from './proof.tsx';
import { kindNames } from './words.ts';
import './erasure.css';

/** What was erased in this clinic, with the proof of each. */
export function ErasuresList() {
  const erasures = useStationQuery('erasures.list', {});
  if (erasures.error) return <ErrorNotice error={erasures.error} />;
  if (erasures.data?.length === 0) return <p className="soft">{t('Nothing was erased yet.')}</p>;
  return erasures.data?.map((erasure) => (
    <details key={erasure.id} className="erasure__item">
      <summary>
        <strong>{kindNames[erasure.subject.kind]}</strong>{' '}
        <span className="soft">{formatDateTime(erasure.at)}</span>{' '}
        {!erasure.proof && <span className="tag tag--caution">{t('Not finished')}</span>}
      </summary>
      <Proof erasure={erasure} />
    </details>
  ));
}
