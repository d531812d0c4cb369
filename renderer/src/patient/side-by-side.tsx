import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { VerdictChip } from '../ui/verdict.tsx';
import { siteText } from '../wording/anatomy.ts';
import { formatDate } from '../wording/dates.ts';
import { fixedText } from '../wording/numbers.ts';
import { verdictOf } from '../wording/verdict.ts';
import './side-by-side.css';

type Beside = StationOutput<'patients.sideBySide'>[number];

/** A patient's lesions beside each other, the one first that is least like the others. */
export function SideBySide({ patientId, onClose }: { patientId: string; onClose: () => void }) {
  const { data, error } = useStationQuery('patients.sideBySide', { patientId });
  const isOrdered = data?.some(({ oddness }) => oddness !== null);
  const most = Math.max(...(data ?? []).map(({ oddness }) => oddness ?? 0));
  return (
    <Dialog title={t('Lesions side by side')} onClose={onClose} widthPx={1120}>
      <ErrorNotice error={error} />
      {!data && !error && <Loading what={t('the lesions')} />}
      {data && (
        <p className="beside__lead">
          {isOrdered
            ? t(
                'The newest image of each open lesion. First the lesion whose spike counts are least like those of the others: the “ugly duckling”.',
              )
            : t(
                'The newest image of each open lesion. They are put in order once the network has read three of them.',
              )}
        </p>
      )}
      <ul className="beside">
        {data?.map((each) => (
          <BesideItem key={each.lesion.id} beside={each} most={most} />
        ))}
      </ul>
      {isOrdered && (
        <p className="faint">
          {t(
            'An order to look in, not a finding. In made-up patients of ten naevi and a melanoma the melanoma came first in 69 of 100, by chance in 9; many naevi are unlike a patient’s others, and a melanoma may be like them.',
          )}
        </p>
      )}
    </Dialog>
  );
}

function BesideItem({ beside, most }: { beside: Beside; most: number }) {
  const { image, lesion, reading, oddness } = beside;
  const date = formatDate(image.capturedAt ?? image.importedAt);
  return (
    <li>
      <a className="beside__item" href={href({ screen: 'image', imageId: image.id })}>
        <Thumbnail
          imageId={image.id}
          sizePx={240}
          alt={t('Lesion {label}, {date}', { label: lesion.label, date })}
        />
        <span className="beside__name">
          <strong>{lesion.label}</strong> {siteText(lesion)}
        </span>
        <span className="beside__foot">
          <VerdictChip verdict={verdictOf(reading)} />
          <span className="faint">{date}</span>
        </span>
        {oddness === null ? (
          <span className="faint">{t('Not compared: the network in use has not read it')}</span>
        ) : (
          <span className="beside__oddness">
            <span className="faint">{t('Unlike the others')}</span>
            <span className="beside__bar" aria-hidden="true">
              <span style={{ width: `${most > 0 ? (100 * oddness) / most : 0}%` }} />
            </span>
            <span>{fixedText(oddness, 2)}</span>
          </span>
        )}
      </a>
    </li>
  );
}
