import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { formatPercent, shortClassName } from '../wording/readings.ts';
import { verdictNames } from '../wording/verdict.ts';

/** What the lesion comes to over its images of the same visit, where there are several. */
export function LesionLine({ imageId }: { imageId: string }) {
  const ofLesion = useStationQuery('readings.ofLesion', { imageId });
  if (!ofLesion.data) return null;
  const { images, probabilities, verdict } = ofLesion.data;
  const [first] = probabilities;
  return (
    <p className="reading-card__line">
      <strong>{t('The lesion, over its {images} images of this visit:', { images })}</strong>{' '}
      {verdictNames[verdict.kind].toLowerCase()}
      {first && `; ${shortClassName(first.name).toLowerCase()} ${formatPercent(first.probability)}`}
      .
    </p>
  );
}
