import type { Rate } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { Measure } from '../ui/measure.tsx';
import { formatPercent } from '../wording/readings.ts';

/** A share with its interval of 95 %, and what it was counted from. */
export function RateMeasure({ title, rate }: { title: string; rate: Rate }) {
  return (
    <Measure
      title={title}
      value={rate.value === null ? undefined : `${formatPercent(rate.value)} ${interval(rate)}`}
      origin={t('{count} of {all}', { count: rate.count, all: rate.of })}
      missing={t('None to count')}
    />
  );
}

export const interval = ({ low, high }: Pick<Rate, 'low' | 'high'>): string =>
  `[${Math.round(low * 100)}–${Math.round(high * 100)}]`;
