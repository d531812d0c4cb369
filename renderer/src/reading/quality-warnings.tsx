import type { LesionImage } from '../../../src/clinic/entities/index.ts';
import { Notice } from '../ui/notices.tsx';
import { warningExplanations, warningNames } from '../wording/readings.ts';

export function QualityWarnings({ image }: { image: LesionImage }) {
  if (image.qualityWarnings.length === 0) return null;
  return (
    <Notice tone="caution">
      <h2 className="quality__title">Picture quality may mislead the reading</h2>
      <ul className="quality__list">
        {image.qualityWarnings.map((warning) => (
          <li key={warning}>
            <strong>{warningNames[warning]}.</strong> {warningExplanations[warning]}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
