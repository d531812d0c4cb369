import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { SharedImage } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useStation } from '../station/use-station.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { toBlob, useBlobUrl } from '../ui/picture.ts';
import { useNear } from '../ui/use-near.ts';
import { VerdictChip } from '../ui/verdict.tsx';
import { checklistNames, scoreText } from '../wording/checklists.ts';
import { formatCameraTime, formatDay } from '../wording/dates.ts';
import { decisionNames, formatPercent, impressionName } from '../wording/readings.ts';

const smallPx = 640;
const largePx = 2400;

interface CaseImageProps {
  image: SharedImage;
  label: string;
  openedId: string;
  classes: readonly { code: string; name: string }[];
}

/** A picture of a colleague's case with what was read and said of it; pressed, it is shown large. */
export function CaseImage({ image, label, openedId, classes }: CaseImageProps) {
  const [isLarge, setLarge] = useState(false);
  const frame = useRef<HTMLElement>(null);
  const isNear = useNear(frame);
  const station = useStation();
  const maxSidePx = isLarge ? largePx : smallPx;
  const { data, error } = useQuery({
    queryKey: ['sharing.picture', openedId, image.ref, maxSidePx],
    queryFn: async ({ signal }) =>
      toBlob(
        await station.call(
          'sharing.picture',
          { openedId, imageRef: image.ref, maxSidePx },
          { signal },
        ),
      ),
    enabled: isNear,
    // The small one, until the large one is there.
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const url = useBlobUrl(data);
  const when = image.capturedAt
    ? image.capturedAt.includes('T')
      ? formatCameraTime(image.capturedAt)
      : formatDay(image.capturedAt)
    : t('Imported {day}', { day: formatDay(image.importedOn) });
  const { reading } = image;
  return (
    <figure ref={frame} className={isLarge ? 'case__image case__image--large' : 'case__image'}>
      <ErrorNotice error={error} />
      <button
        type="button"
        aria-pressed={isLarge}
        aria-label={
          isLarge
            ? t('Picture of {label}, {when}: smaller', { label, when })
            : t('Picture of {label}, {when}: larger', { label, when })
        }
        onClick={() => setLarge(!isLarge)}
      >
        {url && <img src={url} alt={`${label}, ${when}`} />}
      </button>
      <figcaption>
        <strong>{when}</strong>
        {image.device && <span className="faint"> {image.device}</span>}
        {reading && (
          <span className="case__reading">
            <VerdictChip verdict={reading.verdict.kind} />
            <span className="faint">
              {t('{networkName}, malignant {percent}', {
                networkName: reading.networkName,
                percent: formatPercent(reading.verdict.malignancy),
              })}
            </span>
          </span>
        )}
        {image.reviews.map((review, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <span key={at}>
            {impressionName(review.impression, classes)} – {decisionNames[review.decision]},{' '}
            {formatDay(review.on)}
            {review.byName && `, ${review.byName}`}
            {review.note && <span className="case__note">{review.note}</span>}
          </span>
        ))}
        {image.checklists.map((details) => (
          <span key={details.kind} className="faint">
            {checklistNames[details.kind]}: {scoreText(details)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
