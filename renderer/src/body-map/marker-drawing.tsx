import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { VerdictShape } from '../ui/verdict.tsx';
import { siteText } from '../wording/anatomy.ts';
import type { LesionStatus } from '../wording/follow-ups.ts';
import { listText } from '../wording/lists.ts';
import { notReadName, type Verdict, verdictNames } from '../wording/verdict.ts';

/** Where the arrow keys move a marker. */
export const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const statusWords: Record<Exclude<LesionStatus, 'active'>, string> = {
  closed: t('closed'),
  overdue: t('overdue'),
  awaited: t('followed up'),
};

interface MarkedLesion {
  lesion: Lesion;
  /** Its place in the patient's list, from 1. */
  number: number;
  /** Of the newest image; null where that is not read, nothing where there is no image. */
  verdict: Verdict | null | undefined;
  status: LesionStatus | undefined;
}

/** A lesion's sign about the origin of an SVG, inside of what has the class `figure__marker`. */
export function MarkerDrawing({
  number,
  verdict,
  isExact = true,
}: Pick<MarkedLesion, 'number' | 'verdict'> & { isExact?: boolean }) {
  return (
    <>
      <circle className="figure__ring" r="12.5" />
      <circle r="9.5" strokeDasharray={isExact ? undefined : '3 2'} />
      <text textAnchor="middle" dy="3.6">
        {number}
      </text>
      {verdict && (
        <g className={`figure__verdict figure__verdict--${verdict}`} transform="translate(10 -9)">
          <circle r="8" />
          <g transform="translate(-6 -6.5)">
            <VerdictShape verdict={verdict} sizePx={12} />
          </g>
        </g>
      )}
    </>
  );
}

/** The sign in words. */
export function markerLabel({ lesion, number, verdict, status }: MarkedLesion): string {
  const parts = [t('Lesion {number}: {label}', { number, label: lesion.label }), siteText(lesion)];
  if (status && status !== 'active') parts.push(statusWords[status]);
  if (verdict !== undefined) parts.push(verdict ? verdictNames[verdict] : notReadName);
  return listText(parts);
}
