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

/** For those who hear it: where most speaks for the class, and where most against. */
export function mapText({ width, height }: Explanation, { map, name }: ExplainedClass): string {
  const place = (position: number) => {
    const third = (at: number, of: number, names: readonly [string, string, string]) =>
      names[Math.min(2, Math.floor((3 * (at + 0.5)) / of)) as 0 | 1 | 2];
    const row = third(Math.floor(position / width), height, ['top', 'middle', 'bottom']);
    const column = third(position % width, width, ['left', 'centre', 'right']);
    return `${row} ${column}`;
  };
  const most = map.indexOf(Math.max(...map));
  const least = map.indexOf(Math.min(...map));
  return t('What speaks for {name}: most at the {place}, least at the {place2}', {
    name,
    place: place(most),
    place2: place(least),
  });
}
