import type {
  CommissioningConclusion,
  CommissioningReport,
  Figure,
} from '../../../src/clinic/entities/index.ts';
import { formatShare } from '../about/figures.ts';
import { Measure } from '../ui/measure.tsx';
import { Notice } from '../ui/notices.tsx';

const conclusions: Readonly<
  Record<CommissioningConclusion, { tone: 'good' | 'caution' | 'error'; words: string }>
> = {
  fit: { tone: 'good', words: 'Fit: on these images the network does what it promises.' },
  'fit-with-threshold': {
    tone: 'caution',
    words: 'Fit with this clinic’s own threshold for melanoma.',
  },
  'too-few': { tone: 'caution', words: 'Too few images to say.' },
  'not-fit': { tone: 'error', words: 'Not fit: do not rely on the network with these images.' },
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
        <FigureMeasure title="Malignant found" figure={report.sensitivity} />
        <FigureMeasure title="Melanomas found" figure={report.melanomaSensitivity} />
        <FigureMeasure title="Benign without a sign" figure={report.specificity} />
        <FigureMeasure title="Probabilities off by" figure={report.calibrationError} />
      </dl>
      {threshold && (
        <p className="soft">
          For 95 % of its melanomas this clinic needs a threshold of{' '}
          {formatShare(threshold.melanoma)} (as shipped: {formatShare(threshold.ownMelanoma)}).
          There {span(threshold.melanomaSensitivity)} of melanomas are found, and{' '}
          {span(threshold.specificity)} of benign images are without a sign.
        </p>
      )}
      <p className="faint">
        {report.images.toLocaleString()} images of {lesions.all.toLocaleString()} lesions:{' '}
        {lesions.melanoma} melanomas, {lesions.malignant} malignant or pre-malignant in all,{' '}
        {lesions.benign} benign. In brackets: where the share lies with a chance of 95 %. Network{' '}
        {report.networkName}.
      </p>
    </div>
  );
}

function FigureMeasure({ title, figure }: { title: string; figure: Figure | null }) {
  return (
    <Measure
      title={title}
      value={figure ? formatShare(figure.value) : undefined}
      origin={figure ? `${formatShare(figure.low)} to ${formatShare(figure.high)}` : undefined}
      missing="No such images"
    />
  );
}

function span({ value, low, high }: Figure): string {
  return `${formatShare(value)} (${formatShare(low)} to ${formatShare(high)})`;
}
