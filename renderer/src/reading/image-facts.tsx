import type { LesionImage } from '../../../src/clinic/entities/index.ts';
import { formatCameraTime, formatDateTime } from '../wording/dates.ts';

/** Under the image: where it comes from. */
export function ImageFacts({ image }: { image: LesionImage }) {
  const facts = [
    image.capturedAt ? `Taken ${formatCameraTime(image.capturedAt)}` : undefined,
    `Imported ${formatDateTime(image.importedAt)}`,
    `${image.widthPx} × ${image.heightPx} pixels`,
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
