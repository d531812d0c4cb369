import type { ImageScale } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { type InPixels, inUnits } from '../../../src/measuring/index.ts';
import { quantityText } from '../wording/measures.ts';

/** Axes and area, each with what it may be off by. */
export function Figures({ measures, scale }: { measures: InPixels; scale: ImageScale | null }) {
  const { longAxis, shortAxis, area } = inUnits(measures, scale);
  return (
    <dl className="measure-panel__figures">
      <dt>{t('Long axis')}</dt>
      <dd>{quantityText(longAxis)}</dd>
      <dt>{t('Short axis')}</dt>
      <dd>{quantityText(shortAxis)}</dd>
      <dt>{t('Area')}</dt>
      <dd>{quantityText(area)}</dd>
    </dl>
  );
}
