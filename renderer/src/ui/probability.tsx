import type { ClassProbability } from '../../../src/clinic/entities/index.ts';
import {
  classGravity,
  formatPercent,
  type Gravity,
  gravityNames,
  gravityShares,
} from '../wording/readings.ts';
import './probability.css';

/** How serious a class is, told by shape as well as by colour: ▲ malignant, ◆ pre-malignant, ○ benign. */
export function GravityMark({ code }: { code: string }) {
  const gravity = classGravity(code);
  // A class of the clinic’s own: the place stays empty.
  if (!gravity) return <span className="gravity" />;
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
  precancer: <path d="M6 .4 11.6 6 6 11.6.4 6Z" />,
  benign: <circle cx="6" cy="6" r="4.2" fill="none" strokeWidth="1.8" stroke="currentColor" />,
};

export function ProbabilityBar({ code, probability }: { code: string; probability: number }) {
  const gravity = classGravity(code) ?? 'none';
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
        {shares.map(({ gravity, code, share }) => (
          <span key={gravity}>
            {code && <GravityMark code={code} />}
            {gravity === 'other' ? 'Other' : gravityNames[gravity]} <b>{formatPercent(share)}</b>
          </span>
        ))}
      </p>
    </div>
  );
}
