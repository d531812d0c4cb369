import {
  consentScope,
  type PatientRecord,
  type RecordedImage,
  type RecordedLesion,
  type RecordedOverview,
  type Review,
  standingConsents,
} from '../../clinic/entities/index.ts';
import { byText } from '../../clinic/entities/order.ts';
import { verdictNames } from '../../clinic/verdict-words.ts';
import { siteText } from '../../clinic/wording/anatomy.ts';
import { checklistNames, foundText, scoreText } from '../../clinic/wording/checklists.ts';
import { answerText, scopeNames } from '../../clinic/wording/consents.ts';
import { countText } from '../../clinic/wording/counts.ts';
import { formatCameraTime, formatDate, formatDay } from '../../clinic/wording/dates.ts';
import { findingText, statusText } from '../../clinic/wording/follow-ups.ts';
import { quantityText } from '../../clinic/wording/measures.ts';
import { regionNames, takenText } from '../../clinic/wording/overviews.ts';
import { patientFacts, patientName, phototypeNames } from '../../clinic/wording/patients.ts';
import { decisionNames, formatPercent, impressionName } from '../../clinic/wording/readings.ts';
import { raisedRisks } from '../../clinic/wording/risk.ts';
import { inUnits } from '../../measuring/index.ts';
import { addressOf, type Html, html } from './html.ts';
import { style } from './style.ts';

type Classes = readonly { code: string; name: string }[];

/** Nothing but the folder's own pictures and the style below. */
const policy = "default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'";

/** A patient's records as a page that needs no program and no network, and prints. */
export function summaryOf(record: PatientRecord, pictureOf: (file: string) => string): string {
  const { patient } = record;
  const current = record.lesions.filter(({ removedAt }) => removedAt === null);
  const classes = classesIn(record);
  const name = patientName(patient);
  const facts = patientFacts(patient);
  if (patient.phototype) facts.push(`Phototype ${phototypeNames[patient.phototype - 1]}`);
  const risks = raisedRisks(patient);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${name}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main>
<header>
  <div class="origin">
    <strong>${record.clinicName}</strong>
    <span>Records as of ${formatDate(record.madeAt)}, saved by ${record.madeByName}</span>
  </div>
  <h1>${name}</h1>
  ${facts.length > 0 && html`<p>${facts.join(' · ')}</p>`}
  ${risks.length > 0 && html`<p>Risk factors: ${risks.join('; ')}.</p>`}
  ${patient.note && html`<p class="note">${patient.note}</p>`}
  ${consentText(record) && html`<p>Consent: ${consentText(record)}.</p>`}
  <p class="soft">${countText(current.length, 'lesion')}, ${countText(record.visits.length, 'visit')}, ${countText(
    current.reduce((sum, { images }) => sum + shown(images).length, 0),
    'image',
  )}.${removedText(record)}</p>
</header>
${
  current.length > 1 &&
  html`<nav><h3>Lesions</h3><ul class="contents">${current.map(
    (lesion) =>
      html`<li><a href="#lesion-${lesion.id}">${lesion.label}, ${siteText(lesion)}</a></li>`,
  )}</ul></nav>`
}
${current.map((lesion) => lesionPart(lesion, classes, pictureOf))}
${overviewsPart(record.overviews, current, pictureOf)}
<p class="advice">A network’s reading is advice from a computer program, not a diagnosis.</p>
<p class="warning"><strong>This folder is not encrypted.</strong> Whoever has it can read it: keep it and pass it on accordingly. The original images are in “images”; all records, for programs, in “records.json”.</p>
</main>
</body>
</html>
`;
  return page.markup;
}

function lesionPart(
  lesion: RecordedLesion,
  classes: Classes,
  pictureOf: (file: string) => string,
): Html {
  const { followUps, histology } = lesion;
  const awaited = followUps.filter(({ ended }) => ended === null);
  const images = shown(lesion.images);
  const reviews = images
    .flatMap((image) => image.reviews.map((review) => ({ image, review })))
    .toSorted(byText(({ review }) => review.createdAt));
  return html`<section class="lesion" id="lesion-${lesion.id}">
<h2>${lesion.label}, ${siteText(lesion)}</h2>
<p>${statusText(lesion, awaited)}.</p>
${lesion.note && html`<p class="note">${lesion.note}</p>`}
${
  reviews.length > 0 &&
  html`<h3>Impressions and decisions</h3><ul>${reviews.map(({ image, review }) =>
    reviewItem(review, image, classes),
  )}</ul>`
}
${
  histology.length > 0 &&
  html`<h3>Histology</h3><ul>${histology.map(
    (finding) =>
      html`<li><strong>${findingText(finding)}</strong>, specimen of ${formatDay(finding.takenOn)}${
        finding.number && `, No. ${finding.number}`
      }.${finding.text && html`<br><span class="note">${finding.text}</span>`}</li>`,
  )}</ul>`
}
<h3>Images</h3>
${
  images.length === 0
    ? html`<p class="soft">None.</p>`
    : html`<div class="pictures">${images.map((image) => picture(image, lesion, pictureOf))}</div>`
}
</section>
`;
}

function reviewItem(review: Review, image: RecordedImage, classes: Classes): Html {
  const due = review.dueOn === null ? '' : `, ${formatDay(review.dueOn)}`;
  const of = image.capturedAt === null ? '' : ` (image of ${formatCameraTime(image.capturedAt)})`;
  return html`<li><strong>${impressionName(review.impression, classes)}</strong> – ${
    decisionNames[review.decision]
  }${due}. ${review.reviewerName}, ${formatDate(review.createdAt)}${of}.${
    review.note && html`<br><span class="note">${review.note}</span>`
  }</li>`;
}

function picture(
  image: RecordedImage,
  lesion: RecordedLesion,
  pictureOf: (file: string) => string,
): Html {
  const [reading] = image.readings;
  const when =
    image.capturedAt === null
      ? `Imported ${formatDate(image.importedAt)}, day of capture not known`
      : formatCameraTime(image.capturedAt);
  return html`<figure>
<a href="${addressOf(image.file)}"><img src="${addressOf(pictureOf(image.file))}" alt="Lesion ${lesion.label}, ${when}"></a>
<figcaption>
<p><strong>${when}</strong>${image.device && `, ${image.device}`}</p>
${
  reading !== undefined &&
  html`<p class="soft">Network’s reading: ${verdictNames[reading.verdict.kind].toLowerCase()}, chance of malignancy ${formatPercent(reading.verdict.malignancy)}</p>`
}
${measured(image)}
${image.checklists.map(
  ({ details, readerName }) =>
    html`<p class="soft">${checklistNames[details.kind]}: ${scoreText(details)} (${foundText(details)}; ${readerName})</p>`,
)}
</figcaption>
</figure>
`;
}

function overviewsPart(
  overviews: readonly RecordedOverview[],
  lesions: readonly RecordedLesion[],
  pictureOf: (file: string) => string,
): Html | false {
  const current = overviews.filter(({ removedAt }) => removedAt === null);
  if (current.length === 0) return false;
  return html`<section class="lesion">
<h2>Overview photographs</h2>
<div class="pictures">${current.map((overview) => overviewFigure(overview, lesions, pictureOf))}</div>
</section>
`;
}

/** Marked with the lesions' places in the list above. */
function overviewFigure(
  overview: RecordedOverview,
  lesions: readonly RecordedLesion[],
  pictureOf: (file: string) => string,
): Html {
  const marked = lesions.flatMap(({ id, label }, index) => {
    const marker = overview.markers.find(({ lesionId }) => lesionId === id);
    return marker ? [{ ...marker, label, number: index + 1 }] : [];
  });
  const what = regionNames[overview.region];
  return html`<figure>
<a class="overview" href="${addressOf(overview.file)}"><img src="${addressOf(pictureOf(overview.file))}" alt="${what}, ${takenText(overview)}">${marked.map(
    ({ x, y, number }) =>
      html`<span class="mark" style="left: ${100 * x}%; top: ${100 * y}%">${number}</span>`,
  )}</a>
<figcaption>
<p><strong>${what}</strong>, ${takenText(overview)}</p>
${
  marked.length > 0 &&
  html`<p class="soft">${marked.map(
    ({ lesionId, label, number }, at) =>
      html`${at > 0 && ', '}${number} <a href="#lesion-${lesionId}">${label}</a>`,
  )}</p>`
}
</figcaption>
</figure>
`;
}

function measured({ outline, scale }: RecordedImage): Html | false {
  if (outline === null) return false;
  const { longAxis, shortAxis, area } = inUnits(outline.measures, scale);
  return html`<p class="soft">Long axis ${quantityText(longAxis)}, short axis ${quantityText(shortAxis)}, area ${quantityText(area)}</p>`;
}

/** Those that are not removed, in time. */
const shown = (images: readonly RecordedImage[]) =>
  images
    .filter(({ removedAt }) => removedAt === null)
    .toSorted(byText(({ capturedAt, importedAt }) => capturedAt ?? importedAt));

function removedText({ lesions }: PatientRecord): string {
  const images = lesions
    .flatMap((lesion) => lesion.images)
    .filter(({ removedAt }) => removedAt !== null).length;
  return images === 0
    ? ''
    : ` ${countText(images, 'removed image')} beside them, in the folder and in the records only.`;
}

/** What stands of each scope that was asked about. */
function consentText({ consents }: PatientRecord): string {
  const standing = standingConsents(consents);
  return consentScope.options
    .flatMap((scope) => standing.get(scope) ?? [])
    .map((each) => `${scopeNames[each.scope].toLowerCase()} ${answerText(each)}`)
    .join('; ');
}

/** Every class that a reading of the patient names. */
function classesIn({ lesions }: PatientRecord): Classes {
  const readings = lesions.flatMap(({ images }) => images.flatMap((image) => image.readings));
  const names = new Map(
    readings.flatMap(({ probabilities }) => probabilities.map(({ code, name }) => [code, name])),
  );
  return [...names].map(([code = '', name = '']) => ({ code, name }));
}
