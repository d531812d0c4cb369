import type { Reading } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { GravityMark, GravityStack } from '../ui/probability.tsx';
import { VerdictShape } from '../ui/verdict.tsx';
import { formatPercent, shortClassName } from '../wording/readings.ts';
import {
  confidenceExplanations,
  confidenceNames,
  untoldReasons,
  verdictFigures,
  verdictHeadlines,
  verdictReasonNames,
} from '../wording/verdict.ts';

/** The verdict with what it rests on, to be understood in three seconds. */
export function VerdictBlock({ reading }: { reading: Reading }) {
  const { kind, confidence } = reading.verdict;
  return (
    <>
      <div className={`headline headline--${kind}`} data-verdict={kind}>
        <VerdictShape verdict={kind} sizePx={28} />
        <div>
          <p className="headline__verdict">{verdictHeadlines[kind]}</p>
          <p className="headline__figures">{verdictFigures(reading)}</p>
        </div>
      </div>
      <GravityStack probabilities={reading.probabilities} />
      <Possible reading={reading} />
      <p className="reading-card__line">
        <strong>{confidenceNames[confidence]}:</strong> {confidenceExplanations[confidence]}
      </p>
      {untoldReasons(reading).map((reason) => (
        <p key={reason} className="reading-card__line reading-card__line--caution">
          {verdictReasonNames[reason]}
        </p>
      ))}
    </>
  );
}

/** The classes that the image may be, most probable first. */
function Possible({ reading: { advice, probabilities } }: { reading: Reading }) {
  const possible = probabilities.filter(({ code }) => advice?.possible.includes(code));
  if (possible.length === 0) return null;
  return (
    <ul className="possible" aria-label={t('What the image may be')}>
      {possible.map(({ code, name, gravity, probability }) => (
        <li key={code}>
          <GravityMark gravity={gravity} /> {shortClassName(name)}{' '}
          <b>{formatPercent(probability)}</b>
        </li>
      ))}
    </ul>
  );
}
