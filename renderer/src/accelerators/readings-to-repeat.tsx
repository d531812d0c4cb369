import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { useMay } from '../station/use-may.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Impression } from '../ui/impression.tsx';
import { Notice } from '../ui/notices.tsx';
import { Section } from '../ui/section.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { siteText } from '../wording/anatomy.ts';
import { patientName } from '../wording/patients.ts';

/** Readings of a device that gave a wrong result; nothing, where there are none. */
export function ReadingsToRepeat() {
  const station = useStation();
  const may = useMay();
  const { data: entries = [] } = useStationQuery('accelerators.readingsToRepeat', {});
  const [isReading, setReading] = useState(false);
  const readAll = async () => {
    setReading(true);
    try {
      for (const { image } of entries) await station.call('readings.read', { imageId: image.id });
      showToast(
        t('{count, plural, one {# image read again.} other {# images read again.}}', {
          count: entries.length,
        }),
      );
    } catch (error) {
      showErrorToast(error);
    } finally {
      setReading(false);
    }
  };
  if (entries.length === 0) return null;
  return (
    <Section title={t('Readings to repeat')}>
      <Notice tone="caution">
        {t(
          'The device that made these readings has given a wrong result. Read the images again before you rely on them.',
        )}
      </Notice>
      <ul className="to-repeat">
        {entries.map(({ image, patient, lesion, review }) => (
          <li key={image.id}>
            <a href={href({ screen: 'image', imageId: image.id })}>
              <Thumbnail imageId={image.id} sizePx={84} />
              <span>
                <strong>{patientName(patient)}</strong>
                <span className="faint">
                  {lesion.label}, {siteText(lesion)}
                </span>
                {review && <Impression review={review} />}
              </span>
            </a>
          </li>
        ))}
      </ul>
      {may('readings.read') && (
        <Button variant="primary" busy={isReading} onClick={() => void readAll()}>
          {t('Read all again')}
        </Button>
      )}
    </Section>
  );
}
