import type { Reading } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { formatPercent, shortClassName } from '../wording/readings.ts';

/** What the reading becomes with the patient's age, where that is known. */
export function AgeLine({ imageId, reading }: { imageId: string; reading: Reading }) {
  const withAge = useStationQuery('readings.withAge', { imageId });
  if (!withAge.data) return null;
  const { years, probabilities, malignancy } = withAge.data;
  const [first] = probabilities;
  return (
    <p className="reading-card__line">
      <strong>{t('With age {years}:', { years })}</strong>{' '}
      {first && `${shortClassName(first.name).toLowerCase()} ${formatPercent(first.probability)}; `}
      {t(
        'malignant or pre-malignant {percent}, from the picture alone {percent2}. The verdict is the picture’s alone.',
        { percent: formatPercent(malignancy), percent2: formatPercent(reading.verdict.malignancy) },
      )}
    </p>
  );
}
