import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { VerdictMark } from '../ui/verdict.tsx';
import { formatDate, formatDay } from '../wording/dates.ts';
import { verdictOf } from '../wording/verdict.ts';
import { pauseText } from './pause-text.ts';
import { gapDays, type LesionImageEntry, type Timeline } from './timeline.ts';

interface TimeAxisProps {
  timeline: Timeline;
  label: string;
  picked: readonly string[];
  onPick: (imageId: string) => void;
}

/** The lesion's images by the day on which they were taken, with the pauses between. */
export function TimeAxis({ timeline, label, picked, onPick }: TimeAxisProps) {
  const { visits, undated } = timeline;
  const item = (entry: LesionImageEntry, when: string) => (
    <AxisImage
      key={entry.image.id}
      entry={entry}
      name={`${label}, ${when}`}
      isPicked={picked.includes(entry.image.id)}
      onPick={onPick}
    />
  );
  return (
    <div className="axis-box">
      {visits.length > 0 && (
        <ol className="axis" aria-label={t('By the day of capture')}>
          {visits.map(({ day, images, sinceDays }) => (
            <li key={day} className="axis__step">
              {sinceDays !== null && (
                <span
                  className="axis__pause"
                  data-gap={sinceDays > gapDays}
                  style={{ width: pauseWidthPx(sinceDays) }}
                >
                  {pauseText(sinceDays)}
                </span>
              )}
              <div className="axis__visit">
                <span className="axis__day">{formatDay(day)}</span>
                <div className="axis__images">
                  {images.map((entry) => item(entry, t('taken {day}', { day: formatDay(day) })))}
                </div>
              </div>
            </li>
          ))}
        </ol>
      )}
      {undated.length > 0 && (
        <section className="axis__undated" aria-label={t('Day of capture not known')}>
          <p className="axis__day">{t('Day of capture not known')}</p>
          <div className="axis__images">
            {undated.map((entry) => {
              const when = t('imported {date}', { date: formatDate(entry.image.importedAt) });
              return item(entry, when);
            })}
          </div>
        </section>
      )}
    </div>
  );
}

interface AxisImageProps {
  entry: LesionImageEntry;
  name: string;
  isPicked: boolean;
  onPick: (imageId: string) => void;
}

function AxisImage({ entry: { image, reading, review }, name, isPicked, onPick }: AxisImageProps) {
  return (
    <div className="axis__image" data-picked={isPicked}>
      <a href={href({ screen: 'image', imageId: image.id })} aria-label={name}>
        <Thumbnail imageId={image.id} sizePx={124} />
      </a>
      <span className="axis__below">
        <label className="axis__pick">
          <input type="checkbox" checked={isPicked} onChange={() => onPick(image.id)} />
          <span className="visually-hidden">{t('Compare {name}', { name })}</span>
        </label>
        <VerdictMark verdict={verdictOf(reading)} />
        <span className="faint">
          {image.capturedAt
            ? review
              ? t('Reviewed')
              : t('To review')
            : t('Imp. {date}', { date: formatDate(image.importedAt) })}
        </span>
      </span>
    </div>
  );
}

/** Wider for a longer pause, by its logarithm: what is years apart still fits beside what is weeks apart. */
const pauseWidthPx = (days: number): number => Math.round(34 + 16 * Math.log2(1 + days / 14));
