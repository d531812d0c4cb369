import type { Explanation } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import './evidence.css';

type ExplainedClass = Explanation['classes'][number];

interface EvidenceMapProps {
  explanation: Explanation;
  shown: ExplainedClass;
  opacity: number;
}

/** The squares as they are, without smoothing: nothing is drawn that was not computed. */
export function EvidenceMap({ explanation, shown, opacity }: EvidenceMapProps) {
  const { width, height, square } = explanation;
  const most = Math.max(...shown.map.map(Math.abs)) || 1;
  return (
    <svg
      className="evidence-map"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      style={{
        left: `${square.x * 100}%`,
        top: `${square.y * 100}%`,
        width: `${square.width * 100}%`,
        height: `${square.height * 100}%`,
        opacity,
      }}
      role="img"
      aria-label={mapText(explanation, shown)}
    >
      {shown.map.map((value, position) => {
        const [x, y] = [position % width, Math.floor(position / width)];
        return (
          <rect
            key={`${x} ${y}`}
            className={value < 0 ? 'evidence-map__against' : 'evidence-map__for'}
            x={x}
            y={y}
            width="1"
            height="1"
            fillOpacity={Math.abs(value) / most}
          />
        );
      })}
    </svg>
  );
}

/** Of a picture's thirds, from the top and from the left. */
const placeNames = [
  [t('top left'), t('top centre'), t('top right')],
  [t('middle left'), t('middle centre'), t('middle right')],
  [t('bottom left'), t('bottom centre'), t('bottom right')],
];

/** For those who hear it: where most speaks for the class, and where most against. */
export function mapText({ width, height }: Explanation, { map, name }: ExplainedClass): string {
  const third = (at: number, of: number) => Math.min(2, Math.floor((3 * (at + 0.5)) / of));
  const place = (position: number) =>
    placeNames[third(Math.floor(position / width), height)]?.[third(position % width, width)] ?? '';
  const most = map.indexOf(Math.max(...map));
  const least = map.indexOf(Math.min(...map));
  return t('What speaks for {name}: most at the {most}, least at the {least}', {
    name,
    most: place(most),
    least: place(least),
  });
}
