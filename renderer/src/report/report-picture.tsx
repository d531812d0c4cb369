import { useQuery } from '@tanstack/react-query';
import type { Checklist } from '../../../src/clinic/entities/index.ts';
import type { LesionImageEntry } from '../lesion/timeline.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { toBlob, useBlobUrl } from '../ui/picture.ts';
import { checklistNames, foundText, scoreText } from '../wording/checklists.ts';
import { formatCameraTime, formatDate } from '../wording/dates.ts';

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
  const url = useBlobUrl(data);
  const when = image.capturedAt
    ? `taken ${formatCameraTime(image.capturedAt)}`
    : `day of capture not known, imported ${formatDate(image.importedAt)}`;
  return (
    <figure className="report__picture">
      {url ? (
        <img src={url} alt={`Lesion ${label}, ${when}`} />
      ) : (
        <p role="status">{error ? 'The picture cannot be shown.' : 'Loading the picture…'}</p>
      )}
      <figcaption>
        {when.charAt(0).toUpperCase() + when.slice(1)}
        {image.device && `, ${image.device}`}. No scale: the picture was not calibrated.
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
