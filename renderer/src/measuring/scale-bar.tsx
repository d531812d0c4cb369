import { type Graduation, scaleBar } from '../../../src/measuring/index.ts';
import { lengthText } from '../wording/measures.ts';
import './measuring.css';

interface ScaleBarProps {
  scale: Graduation;
  /** How many of the picture's pixels are in view, side by side. */
  viewWidthPx: number;
  /** How wide a number of the picture's pixels is drawn, as CSS has it. */
  widthOf: (px: number) => string;
}

/** A round length, as long as it is on the skin. */
export function ScaleBar({ scale, viewWidthPx, widthOf }: ScaleBarProps) {
  const { lengthMm, lengthPx } = scaleBar(scale, viewWidthPx);
  return (
    <div className="scale-bar" style={{ width: widthOf(lengthPx) }}>
      <span className="scale-bar__label">{lengthText(lengthMm)}</span>
      <span className="scale-bar__line" aria-hidden="true" />
    </div>
  );
}
