import type { LesionImage } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { formatCameraTime, formatDateTime } from '../wording/dates.ts';

/** Under the image: where it comes from. */
export function ImageFacts({ image }: { image: LesionImage }) {
  const facts = [
    image.capturedAt
      ? t('Taken {cameraTime}', { cameraTime: formatCameraTime(image.capturedAt) })
      : undefined,
    t('Imported {dateTime}', { dateTime: formatDateTime(image.importedAt) }),
    t('{widthPx} × {heightPx} pixels', { widthPx: image.widthPx, heightPx: image.heightPx }),
    image.format.toUpperCase(),
    image.device ?? undefined,
  ].filter((fact) => fact !== undefined);
  return (
    <p className="image-facts">
      <span className="image-facts__name">{image.fileName}</span>
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </p>
  );
}
