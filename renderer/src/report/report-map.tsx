import type { BodyMapPosition } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { figures, isDrawnMirrored, scaleIn, toPoint, wholeOf } from '../body-map/figure.ts';
import { mirrorOf, partName, parts } from '../body-map/figure-parts.ts';
import { viewNames } from '../wording/anatomy.ts';

/** Where the lesion is, on a figure that is only looked at. */
export function ReportMap({ position }: { position: BodyMapPosition | null }) {
  if (!position) return null;
  const { view } = position;
  const { width, height, features } = figures[view];
  const [x, y] = toPoint(position);
  return (
    <svg
      className="report__map"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={t('Place on the body map: {view}', { view: viewNames[view] })}
    >
      {parts[view].map((part) => (
        <path
          key={partName(part)}
          d={part.region.path}
          transform={part.isMirrored ? mirrorOf(view) : undefined}
        />
      ))}
      {features && (
        <path
          className="report__features"
          d={features}
          transform={isDrawnMirrored(view) ? mirrorOf(view) : undefined}
        />
      )}
      <circle cx={x} cy={y} r={8 * scaleIn(wholeOf(view))} />
    </svg>
  );
}
