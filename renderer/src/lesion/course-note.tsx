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
        <strong>The newest visit, {formatDay(day)}:</strong> of 100 lesions that go on as they did,{' '}
        {of100(asUnusual.both)} would look at least as unusual by what was seen before
        {visits === 2 ? ', which is one visit only' : ''}.
      </p>
      <ul>
        {longAxisMm && (
          <li>
            Long axis: {oneDigit(longAxisMm.low)} to {oneDigit(longAxisMm.high)} mm was to be
            expected, the dashed box in the chart
            {asUnusual.size !== null && `; ${of100(asUnusual.size)} of 100 seem to grow as much`}.
          </li>
        )}
        {asUnusual.counts !== null && (
          <li>
            What the network counts in the picture: {of100(asUnusual.counts)} of 100 differ as much
            from what was to be expected.
          </li>
        )}
      </ul>
      <p className="faint">
        From a model that learned from simulated growth, not from patients: public pictures have no
        dates. It knows neither light nor camera. Unusual is not malignant, and usual is not
        harmless.
      </p>
    </div>
  );
}

const of100 = (count: number): string =>
  count < 1 ? 'fewer than 1' : `about ${Math.round(count).toLocaleString()}`;

const oneDigit = (value: number): string =>
  value.toLocaleString(undefined, { maximumFractionDigits: 1 });
