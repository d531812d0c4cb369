import { Trans } from '@lingui/react';
import { useRef, useState } from 'react';
import { locale, t } from '../../../src/language/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { countText } from '../wording/counts.ts';
import { formatPercent } from '../wording/readings.ts';
import { CourseNote, expectedOf } from './course-note.tsx';
import { byImage, looksOf, type MeasuredById, sizeOf, whyNoSize } from './measured.ts';
import type { LesionImageEntry, LesionRecord, Visit } from './timeline.ts';
import { trendOf } from './trend.ts';
import { TrendChart } from './trend-chart.tsx';

interface CurvesProps {
  record: LesionRecord;
  visits: readonly Visit[];
}

/** Size, colour, asymmetry and score by the day of capture, each with its interval. */
export function Curves({ record, visits }: CurvesProps) {
  const query = useStationQuery('measuring.ofLesion', { lesionId: record.lesion.id });
  const course = useStationQuery('measuring.course', { lesionId: record.lesion.id });
  const all = byImage(query.data ?? []);
  const [first, last] = [visits[0]?.day ?? '', visits.at(-1)?.day ?? ''];
  const days = [first, last] as const;
  const charted = (figure: (entry: LesionImageEntry) => ReturnType<typeof sizeOf>) => {
    const points = trendOf(visits, figure);
    const missing = visits
      .filter(({ day }) => !points.some((point) => point.day === day))
      .map((visit) => ({ day: visit.day, why: whyNoSize(visit, all) }));
    return { points, missing };
  };
  const hasOutline = visits.some(({ images }) =>
    images.some(({ image }) => all.get(image.id)?.outline),
  );
  const hasSize = visits.some(({ images }) =>
    images.some((entry) => sizeOf(entry, all, 'longAxis') !== null),
  );
  return (
    <>
      <p className="faint">
        {t(
          'A point a visit, a bar what it may be off by in 95 of 100 cases, over all images of the visit. Points more than 18 months apart are not joined; a ring on the base line is a visit without the figure.',
        )}
      </p>
      <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
      <ToOutline visits={visits} all={all} isKnown={query.data !== undefined} />
      {hasSize ? (
        <>
          <TrendChart
            title={t('Long axis')}
            note={t('Only of pictures with a scale; those without are rings.')}
            {...charted((entry) => sizeOf(entry, all, 'longAxis'))}
            days={days}
            expected={expectedOf(course.data)}
            format={(mm) => `${oneDigit(mm)} mm`}
          />
          <TrendChart
            title={t('Area')}
            note={t('The same pictures.')}
            {...charted((entry) => sizeOf(entry, all, 'area'))}
            days={days}
            format={(value) => `${oneDigit(value)} mm²`}
          />
        </>
      ) : (
        hasOutline && (
          <p className="soft">
            <Trans
              id="No outlined picture is calibrated, so there is no size over time: pixels of different pictures cannot be compared. Give them a scale under <em>Measure</em> beside the picture."
              components={{ em: <em /> }}
            />
          </p>
        )
      )}
      {course.data && <CourseNote course={course.data} />}
      {hasOutline && (
        <>
          <TrendChart
            title={t('Colour')}
            note={t('How far the lesion is from the skin around it, as ΔE.')}
            {...charted((entry) => looksOf(entry, all, 'contrast'))}
            days={days}
            format={oneDigit}
          />
          <TrendChart
            title={t('Asymmetry')}
            note={t('The share that its mirror image does not cover, mean of both axes.')}
            {...charted((entry) => looksOf(entry, all, 'asymmetry'))}
            days={days}
            format={formatPercent}
          />
        </>
      )}
      <TrendChart
        title={t('Chance of malignancy in the reading')}
        note={t('A bar from the lowest to the highest of the visit’s images.')}
        points={trendOf(
          visits,
          ({ reading }) => reading && Math.min(1, reading.verdict.malignancy),
        )}
        days={days}
        top={1}
        format={formatPercent}
      />
      <p className="faint">
        {t(
          'Advice from a computer program, not a diagnosis. Light, distance and camera change a reading as well: a change of a figure alone is no change of the lesion.',
        )}
      </p>
    </>
  );
}

const oneDigit = (value: number): string =>
  value.toLocaleString(locale(), { maximumFractionDigits: 1 });

/** The images without an outline, and a button that has them all outlined, one after the other. */
function ToOutline(props: { visits: readonly Visit[]; all: MeasuredById; isKnown: boolean }) {
  const station = useStation();
  const may = useMay();
  const [left, setLeft] = useState<number>();
  const stop = useRef(false);
  const missing = props.visits
    .flatMap(({ images }) => images)
    .filter(({ image }) => !props.all.get(image.id)?.outline);
  if (!props.isKnown || (missing.length === 0 && left === undefined)) return null;
  const run = async () => {
    stop.current = false;
    try {
      for (const [index, { image }] of missing.entries()) {
        if (stop.current) return;
        setLeft(missing.length - index);
        await station.call('measuring.propose', { imageId: image.id });
      }
    } catch (error) {
      showErrorToast(error);
    } finally {
      setLeft(undefined);
    }
  };
  return (
    <p className="curves__outline">
      <span role="status">
        {left === undefined
          ? t('{images} without an outline.', { images: countText(missing.length, 'image') })
          : t('Looking for the lesion, {images} to go…', { images: countText(left, 'image') })}
      </span>
      {may('measuring.propose') &&
        (left === undefined ? (
          <Button small icon="search" onClick={() => void run()}>
            {missing.length === 1 ? t('Outline it') : t('Outline them')}
          </Button>
        ) : (
          <Button
            small
            onClick={() => {
              stop.current = true;
            }}
          >
            {t('Stop')}
          </Button>
        ))}
    </p>
  );
}
