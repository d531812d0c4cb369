import type { Reading } from '../../../src/clinic/entities/index.ts';
import { VerdictChip } from '../ui/verdict.tsx';
import { formatPercent, shortClassName } from '../wording/readings.ts';
import { lateVerdictNote, verdictReasonNames } from '../wording/verdict.ts';

/** What the reading comes to and why, and what the image may be. */
export function ReadingAdvice({ reading }: { reading: Reading }) {
  const { verdict, advice, probabilities } = reading;
  const names = (advice?.possible ?? []).map((code) => {
    const known = probabilities.find((each) => each.code === code);
    return known ? shortClassName(known.name) : code;
  });
  const isOnly = names.length === 1 && verdict.kind !== 'suspicious';
  return (
    <>
      <VerdictChip verdict={verdict.kind} />
      {verdict.reasons.length > 0 && (
        <ul className="reasons" aria-label="Why">
          {verdict.reasons.map((reason) => (
            <li key={reason}>{verdictReasonNames[reason]}</li>
          ))}
        </ul>
      )}
      {verdict.isLate && <p className="faint">{lateVerdictNote}</p>}
      {advice && names.length > 0 && (
        <details className="possible">
          <summary>
            {isOnly ? 'Most likely only' : 'May be'}: <b>{names.join(', ')}</b>
          </summary>
          <p className="faint">
            The list is made so that it holds the right class for {formatPercent(advice.coverage)}{' '}
            of the images of each class, as measured on lesions that the network had not seen. It
            holds nothing that the network does not know.
          </p>
        </details>
      )}
    </>
  );
}
