import type { ClassProbability, Gravity } from '../../../src/clinic/entities/index.ts';
import { formatPercent, gravityNames, gravityShares } from '../wording/readings.ts';
import './probability.css';

/** How serious a class is, by shape as well as by colour: ▲ malignant, ◆ pre-malignant, ○ benign. */
export function GravityMark({ gravity }: { gravity: Gravity }) {
  return (
    <svg
      className={`gravity gravity--${gravity}`}
      viewBox="0 0 12 12"
      width="12"
      height="12"
      role="img"
      aria-label={gravityNames[gravity]}
    >
      <title>{gravityNames[gravity]}</title>
      {gravityShapes[gravity]}
    </svg>
  );
}

const gravityShapes: Record<Gravity, React.ReactNode> = {
  malignant: <path d="M6 .8 11.6 11H.4Z" />,
  'pre-malignant': <path d="M6 .4 11.6 6 6 11.6.4 6Z" />,
  benign: <circle cx="6" cy="6" r="4.2" fill="none" strokeWidth="1.8" stroke="currentColor" />,
};

export function ProbabilityBar({
  gravity,
  probability,
}: {
  gravity: Gravity;
  probability: number;
}) {
  return (
    <span className="bar" aria-hidden="true">
      <span className={`bar__fill bar__fill--${gravity}`} style={{ width: width(probability) }} />
    </span>
  );
}

const width = (probability: number): string => `max(2px, ${(probability * 100).toFixed(2)}%)`;

export function Percent({ value }: { value: number }) {
  return <span className="percent">{formatPercent(value)}</span>;
}

/** All chances in one bar, by how serious their classes are. */
export function GravityStack({ probabilities }: { probabilities: readonly ClassProbability[] }) {
  const shares = gravityShares(probabilities);
  return (
    <div className="stack">
      <div className="stack__bar" aria-hidden="true">
        {shares.map(({ gravity, share }) => (
          <span
            key={gravity}
            className={`stack__part stack__part--${gravity}`}
            style={{ flex: `${Math.max(share, 0.004)} 0 0` }}
          />
        ))}
      </div>
      <p className="stack__key">
        {shares.map(({ gravity, share }) => (
          <span key={gravity}>
            <GravityMark gravity={gravity} />
            {gravityNames[gravity]} <b>{formatPercent(share)}</b>
          </span>
        ))}
      </p>
    </div>
  );
}
