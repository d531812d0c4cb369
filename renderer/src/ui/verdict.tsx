import type { ReactNode } from 'react';
import { notReadName, type Verdict, verdictNames } from '../wording/verdict.ts';
import './verdict.css';

type Shown = Verdict | 'not-read';

/**
 * What a reading comes to, the same wherever an image is listed: told by shape, word and lightness
 * as well as by colour. `null`: the image has no reading.
 */
export function VerdictChip({ verdict }: { verdict: Verdict | null }) {
  const shown: Shown = verdict ?? 'not-read';
  return (
    <span className={`verdict verdict--${shown}`} data-verdict={shown}>
      <Shape of={shown} />
      {verdict ? verdictNames[verdict] : notReadName}
    </span>
  );
}

/** The chip's shape alone, where there is no room for its word. */
export function VerdictMark({ verdict }: { verdict: Verdict | null }) {
  const shown: Shown = verdict ?? 'not-read';
  const name = verdict ? verdictNames[verdict] : notReadName;
  return (
    <span
      className={`verdict-mark verdict-mark--${shown}`}
      data-verdict={shown}
      role="img"
      aria-label={name}
      title={name}
    >
      <Shape of={shown} />
    </span>
  );
}

const shapes: Record<Shown, ReactNode> = {
  suspicious: <path d="M8 1.2 15.4 14.4H.6Z" fill="currentColor" />,
  unclear: (
    <>
      <path d="M8 1.4 14.6 8 8 14.6 1.4 8Z" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M8 1.4V14.6L1.4 8Z" fill="currentColor" />
    </>
  ),
  'no-sign': <circle cx="8" cy="8" r="5.4" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  unusable: (
    <path
      d="M2 2h12v12H2ZM4.8 4.8l6.4 6.4M11.2 4.8l-6.4 6.4"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
    />
  ),
  'not-read': (
    <circle
      cx="8"
      cy="8"
      r="5.4"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeDasharray="2.4 2.4"
    />
  ),
};

/** Beside a verdict that is written otherwise than on a chip. */
export function VerdictShape({ verdict, sizePx }: { verdict: Verdict | null; sizePx: number }) {
  return <Shape of={verdict ?? 'not-read'} sizePx={sizePx} />;
}

function Shape({ of, sizePx = 14 }: { of: Shown; sizePx?: number }) {
  return (
    <svg
      className="verdict__shape"
      viewBox="0 0 16 16"
      width={sizePx}
      height={sizePx}
      aria-hidden="true"
    >
      {shapes[of]}
    </svg>
  );
}
