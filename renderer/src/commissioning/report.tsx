import type {
  CommissioningConclusion,
  CommissioningReport,
  Figure,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { formatShare } from '../about/figures.ts';
import { Measure } from '../ui/measure.tsx';
import { Notice } from '../ui/notices.tsx';

const conclusions: Readonly<
  Record<CommissioningConclusion, { tone: 'good' | 'caution' | 'error'; words: string }>
> = {
  fit: { tone: 'good', words: t('Fit: on these images the network does what it promises.') },
  'fit-with-threshold': {
    tone: 'caution',
    words: t('Fit with this clinic’s own threshold for melanoma.'),
  },
  'too-few': { tone: 'caution', words: t('Too few images to say.') },
  'not-fit': { tone: 'error', words: t('Not fit: do not rely on the network with these images.') },
};

/** A trial in words and figures, the conclusion first. */
export function Report({ report }: { report: CommissioningReport }) {
  const { conclusion, reasons, lesions, threshold } = report;
  const { tone, words } = conclusions[conclusion];
  return (
    <div className="commissioning">
      <Notice tone={tone}>
        <strong>{words}</strong>
        {reasons.length > 0 && (
          <ul className="commissioning__reasons">
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
      </Notice>
      <dl className="measures">
        <FigureMeasure title={t('Malignant found')} figure={report.sensitivity} />
        <FigureMeasure title={t('Melanomas found')} figure={report.melanomaSensitivity} />
        <FigureMeasure title={t('Benign without a sign')} figure={report.specificity} />
        <FigureMeasure title={t('Probabilities off by')} figure={report.calibrationError} />
      </dl>
      {threshold && (
        <p className="soft">
          {t(
            'For 95 % of its melanomas this clinic needs a threshold of {threshold} (as shipped: {shipped}). There {found} of melanomas are found, and {cleared} of benign images are without a sign.',
            {
              threshold: formatShare(threshold.melanoma),
              shipped: formatShare(threshold.ownMelanoma),
              found: span(threshold.melanomaSensitivity),
              cleared: span(threshold.specificity),
            },
          )}
        </p>
      )}
      <p className="faint">
        {t(
          '{images, plural, one {# image} other {# images}} of {lesions, plural, one {# lesion} other {# lesions}}: {melanomas, plural, one {# melanoma} other {# melanomas}}, {malignant} malignant or pre-malignant in all, {benign} benign. In brackets: where the share lies with a chance of 95 %. Network {networkName}.',
          {
            images: report.images,
            lesions: lesions.all,
            melanomas: lesions.melanoma,
            malignant: lesions.malignant,
            benign: lesions.benign,
            networkName: report.networkName,
          },
        )}
      </p>
    </div>
  );
}

function FigureMeasure({ title, figure }: { title: string; figure: Figure | null }) {
  return (
    <Measure
      title={title}
      value={figure ? formatShare(figure.value) : undefined}
      origin={
        figure
          ? t('{low} to {high}', {
              low: formatShare(figure.low),
              high: formatShare(figure.high),
            })
          : undefined
      }
      missing={t('No such images')}
    />
  );
}

function span({ value, low, high }: Figure): string {
  return t('{value} ({low} to {high})', {
    value: formatShare(value),
    low: formatShare(low),
    high: formatShare(high),
  });
}
