import type { BodyMapPosition } from '../../../src/clinic/entities/index.ts';
import { figureHeight, figureWidth } from '../patient/figure.ts';
import { partName, parts } from '../patient/figure-parts.ts';

/** Where the lesion is, on a figure that is only looked at. */
export function ReportMap({ position }: { position: BodyMapPosition | null }) {
  if (!position) return null;
  const { view, x, y } = position;
  return (
    <svg
      className="report__map"
      viewBox={`0 0 ${figureWidth} ${figureHeight}`}
      role="img"
      aria-label={`Place on the ${view} of the body map`}
    >
      {parts[view].map((part) => (
        <path
          key={partName(part)}
          d={part.region.path}
          transform={part.isMirrored ? `translate(${figureWidth} 0) scale(-1 1)` : undefined}
        />
      ))}
      <circle cx={x * figureWidth} cy={y * figureHeight} r="8" />
    </svg>
  );
}
