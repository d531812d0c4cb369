import { useQuery } from '@tanstack/react-query';
import type { Checklist } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { LesionImageEntry } from '../lesion/timeline.ts';
import { Figures } from '../measuring/figures.tsx';
import { ScaleBar } from '../measuring/scale-bar.tsx';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { toBlob, useBlobUrl } from '../ui/picture.ts';
import { checklistNames, foundText, scoreText } from '../wording/checklists.ts';
import { formatCameraTime, formatDate } from '../wording/dates.ts';
import { originText, scaleText } from '../wording/measures.ts';

/** Enough for half a page's width in print. */
const sidePx = 1000;

export function ReportPicture({
  entry: { image },
  label,
}: {
  entry: LesionImageEntry;
  label: string;
}) {
  const station = useStation();
  const { data, error } = useQuery({
    queryKey: ['images.rendition', image.id, sidePx],
    queryFn: async ({ signal }) =>
      toBlob(
        await station.call(
          'images.rendition',
          { imageId: image.id, maxSidePx: sidePx },
          { signal },
        ),
      ),
  });
  const checklists = useStationQuery('checklists.ofImage', { imageId: image.id });
  const measured = useStationQuery('measuring.ofImage', { imageId: image.id });
  const { scale = null, outline = null } = measured.data ?? {};
  const url = useBlobUrl(data);
  const when = image.capturedAt
    ? t('taken {cameraTime}', { cameraTime: formatCameraTime(image.capturedAt) })
    : t('day of capture not known, imported {date}', { date: formatDate(image.importedAt) });
  return (
    <figure className="report__picture">
      {url ? (
        <div className="report__frame">
          <img src={url} alt={t('Lesion {label}, {when}', { label, when })} />
          {scale && (
            <div className="report__scale">
              <ScaleBar
                scale={scale}
                viewWidthPx={image.widthPx}
                widthOf={(px) => `${(100 * px) / image.widthPx}cqw`}
              />
            </div>
          )}
        </div>
      ) : (
        <p role="status">{error ? t('The picture cannot be shown.') : t('Loading the picture…')}</p>
      )}
      <figcaption>
        {when.charAt(0).toUpperCase() + when.slice(1)}
        {image.device && `, ${image.device}`}.{' '}
        {scale
          ? `${originText(scale.origin)}: ${scaleText(scale)} (${scale.userName}).`
          : t('No scale: the picture was not calibrated.')}
        {outline && (
          <>
            <Figures measures={outline.measures} scale={scale} />
            <span className="report__note">
              {outline.drawnBy === 'person'
                ? t('Outline as {userName} has it.', { userName: outline.userName })
                : outline.network
                  ? t('Outline as proposed by {network}, corrected by nobody.', {
                      network: outline.network.name,
                    })
                  : t('Outline as proposed by a network, corrected by nobody.')}{' '}
              {outline.isCut && t('The lesion goes on beyond the picture, so that it is larger.')}{' '}
              {t('± holds in 95 of 100 cases.')}
            </span>
          </>
        )}
        {newestOfEach(checklists.data ?? []).map(({ id, details, readerName }) => (
          <span key={id} className="report__note">
            {checklistNames[details.kind]}: {scoreText(details)}. {foundText(details)} ({readerName}
            )
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

/** They come newest first. */
function newestOfEach(all: readonly Checklist[]): Checklist[] {
  return all.filter(
    ({ details }, index) => all.findIndex((other) => other.details.kind === details.kind) === index,
  );
}
