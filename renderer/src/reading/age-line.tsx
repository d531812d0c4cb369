import { Trans } from '@lingui/react';
import type { Reading } from '../../../src/clinic/entities/index.ts';
import { inSentence } from '../../../src/language/index.ts';
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
      <Trans
        id="<strong>With age {years}:</strong> {hasClass, select, yes {{class} {percent}; } other {}}malignant or pre-malignant {malignancy}, from the picture alone {malignancyByPicture}. The verdict is the picture’s alone."
        values={{
          years,
          hasClass: first ? 'yes' : 'no',
          class: first ? inSentence(shortClassName(first.name)) : '',
          percent: first ? formatPercent(first.probability) : '',
          malignancy: formatPercent(malignancy),
          malignancyByPicture: formatPercent(reading.verdict.malignancy),
        }}
        components={{ strong: <strong /> }}
      />
    </p>
  );
}
