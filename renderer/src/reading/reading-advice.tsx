import type { Advice, ClassProbability } from '../../../src/clinic/entities/index.ts';
import { Icon } from '../ui/icons.tsx';
import { formatPercent, referralReasonNames, shortClassName } from '../wording/readings.ts';

interface ReadingAdviceProps {
  advice: Advice;
  probabilities: readonly ClassProbability[];
}

/** Whether to refer, and what the image may be. */
export function ReadingAdvice({ advice, probabilities }: ReadingAdviceProps) {
  const { possible, coverage, referralReasons } = advice;
  const names = possible.map((code) => {
    const known = probabilities.find((each) => each.code === code);
    return known ? shortClassName(known.name) : code;
  });
  const share = formatPercent(coverage);
  return (
    <>
      {referralReasons.length > 0 ? (
        <div className="referral" role="note" aria-label="Referral advised">
          <Icon name="warning" size={18} />
          <div>
            <strong>Referral advised</strong>
            <ul>
              {referralReasons.map((reason) => (
                <li key={reason}>{referralReasonNames[reason]}</li>
              ))}
            </ul>
          </div>
        </div>
      ) : (
        <p className="soft">No reason to refer it was found.</p>
      )}
      {names.length > 0 && (
        <details className="possible">
          <summary>
            {names.length === 1 ? 'Most likely only' : 'May be one of'}: <b>{names.join(', ')}</b>
          </summary>
          <p className="faint">
            The list is made so that it holds the right class for {share} of the images of each
            class, as measured on lesions that the network had not seen. It holds nothing that the
            network does not know.
          </p>
        </details>
      )}
    </>
  );
}
