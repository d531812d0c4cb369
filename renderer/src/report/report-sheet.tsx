import { Trans } from '@lingui/react';
import type { Patient } from '../../../src/clinic/entities/index.ts';
import { byText } from '../../../src/clinic/entities/order.ts';
import { t } from '../../../src/language/index.ts';
import type { LesionImageEntry } from '../lesion/timeline.ts';
import type { OpenSession } from '../session-hygiene.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { siteText } from '../wording/anatomy.ts';
import { formatDate, formatDay, localToday } from '../wording/dates.ts';
import { awaitedText, findingText, statusText } from '../wording/follow-ups.ts';
import { patientFacts, patientName, phototypeNames } from '../wording/patients.ts';
import { decisionNames, impressionName } from '../wording/readings.ts';
import { Part } from './part.tsx';
import { ReadingsAnnex } from './readings-annex.tsx';
import { ReportMap } from './report-map.tsx';
import { ReportPicture } from './report-picture.tsx';

interface ReportSheetProps {
  session: OpenSession;
  record: StationOutput<'lesions.get'>;
  images: readonly LesionImageEntry[];
  /** The visit's day; empty for all. */
  visit: string;
  hasAnnex: boolean;
}

/** The paper: first what people saw and decided, the network's readings as an annex behind it. */
export function ReportSheet({ session, record, images, visit, hasAnnex }: ReportSheetProps) {
  const { lesion, patient, followUps } = record;
  const awaited = followUps.filter(({ ended }) => ended === null);
  return (
    <article className="report" aria-label={t('Report')}>
      <ReportHead session={session} />
      <div className="report__top">
        <div>
          <PatientFacts patient={patient} />
          <h3>{t('Lesion {label}, {site}', { label: lesion.label, site: siteText(lesion) })}</h3>
          <p>
            {visit === ''
              ? t('All visits. Status: {status}.', { status: statusText(lesion, awaited) })
              : t('Visit of {day}. Status: {status}.', {
                  day: formatDay(visit),
                  status: statusText(lesion, awaited),
                })}
          </p>
          {lesion.note && <p>{lesion.note}</p>}
        </div>
        <ReportMap position={lesion.position} />
      </div>
      <LesionParts record={record} images={images} />
      {hasAnnex && <Annex images={images} />}
    </article>
  );
}

export function ReportHead({ session }: { session: OpenSession }) {
  return (
    <header className="report__head">
      <strong>{session.clinicName}</strong>
      <span>
        {session.user.name}, {formatDay(localToday())}
      </span>
    </header>
  );
}

export function PatientFacts({ patient }: { patient: Patient }) {
  const facts = patientFacts(patient);
  if (patient.phototype)
    facts.push(
      t('Phototype {phototype}', { phototype: phototypeNames[patient.phototype - 1] ?? '' }),
    );
  return (
    <>
      <h2 className="report__patient">{patientName(patient)}</h2>
      <p>{facts.join(' · ')}</p>
    </>
  );
}

interface LesionPartsProps {
  record: StationOutput<'lesions.get'>;
  images: readonly LesionImageEntry[];
}

/** What was decided of a lesion, what the pathologist found, and its pictures. */
export function LesionParts({ record, images }: LesionPartsProps) {
  const { lesion, followUps, histology } = record;
  const about = useStationQuery('about', {});
  const classes = about.data?.network.classes ?? [];
  const awaited = followUps.filter(({ ended }) => ended === null);
  const reviews = images
    .flatMap(({ image, reviews: all }) => all.slice(0, 1).map((review) => ({ image, review })))
    .toSorted(byText(({ review }) => review.createdAt));
  return (
    <>
      <Part title={t('Impression and decision')}>
        {reviews.length === 0 ? (
          <p>{t('Not reviewed.')}</p>
        ) : (
          <ul className="report__list">
            {reviews.map(({ image, review }) => (
              <li key={review.id}>
                <strong>{impressionName(review.impression, classes)}</strong> –{' '}
                {decisionNames[review.decision]}
                {review.dueOn !== null && `, ${formatDay(review.dueOn)}`}. {review.reviewerName},{' '}
                {formatDate(review.createdAt)}
                {image.capturedAt &&
                  ` (${t('image of {date}', { date: formatDate(image.capturedAt) })})`}
                .{review.note && <span className="report__note">{review.note}</span>}
              </li>
            ))}
          </ul>
        )}
        {awaited.length > 0 && (
          <p>{t('Next: {followUps}.', { followUps: awaited.map(awaitedText).join('; ') })}</p>
        )}
      </Part>
      {histology.length > 0 && (
        <Part title={t('Histology')}>
          <ul className="report__list">
            {histology.map((finding) => (
              <li key={finding.id}>
                <Trans
                  id="<strong>{finding}</strong>, specimen of {day}{hasNumber, select, yes {, No. {number}} other {}}."
                  values={{
                    finding: findingText(finding),
                    day: formatDay(finding.takenOn),
                    hasNumber: finding.number ? 'yes' : 'no',
                    number: finding.number,
                  }}
                  components={{ strong: <strong /> }}
                />
                {finding.text && <span className="report__note">{finding.text}</span>}
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title={t('Images')}>
        {images.length === 0 ? (
          <p>{t('No image.')}</p>
        ) : (
          <div className="report__pictures">
            {images.map((entry) => (
              <ReportPicture key={entry.image.id} entry={entry} label={lesion.label} />
            ))}
          </div>
        )}
      </Part>
    </>
  );
}

export function Annex({ images }: { images: readonly LesionImageEntry[] }) {
  const about = useStationQuery('about', {});
  const read = images.filter(({ reading }) => reading !== null);
  if (read.length > 0) return <ReadingsAnnex entries={read} network={about.data?.network} />;
  if (images.length === 0) return null;
  return (
    <Part title={t('Annex: readings of the network')}>
      <p>{t('The network has read none of these images.')}</p>
    </Part>
  );
}
