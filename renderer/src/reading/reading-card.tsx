import { useState } from 'react';
import type { LesionImage, Reading } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { AgeLine } from './age-line.tsx';
import { LesionLine } from './lesion-line.tsx';
import { ReadingDetails } from './reading-details.tsx';
import { VerdictBlock } from './verdict-block.tsx';
import './reading-card.css';

interface ReadingCardProps {
  image: LesionImage;
  /** Newest first. */
  readings: readonly Reading[];
  /** The clinician wants to form an impression before seeing it. */
  isHeldBack: boolean;
}

/** What the network makes of the image: the verdict at a glance, everything else on request. */
export function ReadingCard({ image, readings, isHeldBack }: ReadingCardProps) {
  const may = useMay();
  const read = useStationCommand('readings.read');
  const commissioning = useStationQuery('commissioning.current', {});
  const [isShownAnyway, setShownAnyway] = useState(false);
  const [reading, ...earlier] = readings;
  const isHidden = isHeldBack && !isShownAnyway && reading !== undefined;
  const readNow = () => read.mutate({ imageId: image.id });
  return (
    <section className="panel reading-card" aria-labelledby="reading-title">
      <h2 id="reading-title" className="visually-hidden">
        {t('Reading')}
      </h2>
      <ErrorNotice error={read.error} />
      {!reading && (
        <div className="reading-card__none">
          <p className="soft">
            {read.isPending
              ? t('The network is reading the image…')
              : may('reviews.save')
                ? t('The network has not read this image. You can review it without a reading.')
                : t('The network has not read this image.')}
          </p>
          {may('readings.read') && (
            <Button variant="primary" icon="refresh" busy={read.isPending} onClick={readNow}>
              {t('Read now')}
            </Button>
          )}
        </div>
      )}
      {isHidden && (
        <div className="reading-card__none">
          <p className="soft">{t('Choose your impression first; then the reading is shown.')}</p>
          <Button small onClick={() => setShownAnyway(true)}>
            {t('Show it now')}
          </Button>
        </div>
      )}
      {reading && !isHidden && (
        <>
          <VerdictBlock reading={reading} />
          <LesionLine imageId={image.id} />
          <AgeLine imageId={image.id} reading={reading} />
          <p className="faint">
            {commissioning.data === null
              ? t(
                  'Advice from a computer program, not a diagnosis. Not yet checked at this clinic.',
                )
              : t('Advice from a computer program, not a diagnosis.')}
          </p>
          <ReadingDetails
            reading={reading}
            earlier={earlier}
            isReading={read.isPending}
            onReadAgain={readNow}
          />
        </>
      )}
    </section>
  );
}
