import { Trans } from '@lingui/react';
import { inSentence } from '../../../src/language/index.ts';
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
      <Trans
        id="<strong>The lesion, over its {images} images of this visit:</strong> {verdict}{hasClass, select, yes {; {class} {percent}} other {}}."
        values={{
          images,
          verdict: inSentence(verdictNames[verdict.kind]),
          hasClass: first ? 'yes' : 'no',
          class: first ? inSentence(shortClassName(first.name)) : '',
          percent: first ? formatPercent(first.probability) : '',
        }}
        components={{ strong: <strong /> }}
      />
    </p>
  );
}
