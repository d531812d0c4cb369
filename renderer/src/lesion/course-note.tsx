import { Trans } from '@lingui/react';
import { locale, t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { formatDay } from '../wording/dates.ts';
import type { Estimate } from './trend.ts';

type Course = NonNullable<StationOutput<'measuring.course'>>;

/** For the chart of sizes. */
export const expectedOf = (
  course: Course | null | undefined,
): (Estimate & { day: string }) | undefined =>
  course?.longAxisMm ? { ...course.longAxisMm, day: course.day } : undefined;

/** How unusual the newest visit is, and what that is worth. */
export function CourseNote({ course }: { course: Course }) {
  const { day, visits, longAxisMm, asUnusual } = course;
  return (
    <div className="course">
      <p>
        <Trans
          id="<b>The newest visit, {day}:</b> of 100 lesions that go on as they did, {number} would look at least as unusual by what was seen before{isOneVisit, select, yes {, which is one visit only} other {}}."
          values={{
            day: formatDay(day),
            number: of100(asUnusual.both),
            isOneVisit: visits === 2 ? 'yes' : 'no',
          }}
          components={{ b: <strong /> }}
        />
      </p>
      <ul>
        {longAxisMm && (
          <li>
            {t(
              'Long axis: {low} to {high} mm was to be expected, the dashed box in the chart{isCompared, select, yes {; {number} of 100 seem to grow as much} other {}}.',
              {
                low: oneDigit(longAxisMm.low),
                high: oneDigit(longAxisMm.high),
                isCompared: asUnusual.size === null ? 'no' : 'yes',
                number: asUnusual.size === null ? '' : of100(asUnusual.size),
              },
            )}
          </li>
        )}
        {asUnusual.counts !== null && (
          <li>
            {t(
              'What the network counts in the picture: {number} of 100 differ as much from what was to be expected.',
              { number: of100(asUnusual.counts) },
            )}
          </li>
        )}
      </ul>
      <p className="faint">
        {t(
          'From a model that learned from simulated growth, not from patients: public pictures have no dates. It knows neither light nor camera. Unusual is not malignant, and usual is not harmless.',
        )}
      </p>
    </div>
  );
}

const of100 = (count: number): string =>
  count < 1
    ? t('fewer than 1')
    : t('about {number}', { number: Math.round(count).toLocaleString(locale()) });

const oneDigit = (value: number): string =>
  value.toLocaleString(locale(), { maximumFractionDigits: 1 });
