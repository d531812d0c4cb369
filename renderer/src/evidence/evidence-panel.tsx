import type { UseQueryResult } from '@tanstack/react-query';
import { useId } from 'react';
import type { Explanation, Reading } from '../../../src/clinic/entities/index.ts';
import { locale, t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/fields.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { inClinicalOrder, shortClassName } from '../wording/readings.ts';
import './evidence.css';

interface EvidencePanelProps {
  isShown: boolean;
  onShow: (isShown: boolean) => void;
  query: UseQueryResult<Explanation>;
  reading: Reading;
  chosen: Explanation['classes'][number] | undefined;
  onChoose: (code: string) => void;
  opacity: number;
  onOpacity: (opacity: number) => void;
}

/** Which class, how strong, and what the map shows and does not. */
export function EvidencePanel(props: EvidencePanelProps) {
  const { isShown, onShow, query, reading, chosen, onChoose, opacity, onOpacity } = props;
  const titleId = useId();
  const { data, error } = query;
  return (
    <section className="panel evidence-panel" aria-labelledby={titleId}>
      <div className="evidence-panel__head">
        <h2 id={titleId}>{t('What the network saw')}</h2>
        <Button small aria-pressed={isShown} onClick={() => onShow(!isShown)}>
          {isShown ? t('Hide') : t('Show')}
          <KeyHint keys={['V']} />
        </Button>
      </div>
      {isShown && <ErrorNotice error={error} onRetry={() => void query.refetch()} />}
      {isShown && !data && !error && <Loading what={t('what the network saw')} />}
      {isShown && data && chosen && (
        <>
          <div className="evidence-panel__choices">
            <SelectField label={t('For and against')} value={chosen.code} onValue={onChoose}>
              {inClinicalOrder(data.classes).map(({ code, name }) => (
                <option key={code} value={code}>
                  {shortClassName(name)}
                </option>
              ))}
            </SelectField>
            <label className="field">
              <span className="field__label">{t('Strength')}</span>
              <input
                type="range"
                min={0.1}
                max={1}
                step={0.05}
                value={opacity}
                onChange={({ target }) => onOpacity(Number(target.value))}
              />
            </label>
          </div>
          <p className="evidence-panel__key">
            <span className="evidence-key evidence-key--for">{t('for')}</span>
            <span className="evidence-key evidence-key--against">{t('against')}</span>
            <span className="faint">{sumText(chosen)}</span>
          </p>
          <details className="evidence-panel__limits">
            <summary>{t('What this shows, and what not')}</summary>
            <ul>
              <li>
                {t(
                  'Exactly what each square added to the class’s score, or took from it. The squares, the bias and the rounding together are the score, to the last bit.',
                )}
              </li>
              <li>
                {t(
                  'Not what would happen if a part were covered: how the whole image weighs the features is held. A square also sees far beyond its edges.',
                )}
              </li>
              <li>
                {t(
                  'Not why: the network knows no streaks and no veil. A square that speaks for melanoma need not show a criterion of it.',
                )}
              </li>
              <li>
                {t(
                  'Colour is relative to the strongest square of this class; two classes’ maps are not equally strong.',
                )}
              </li>
              {data.headName !== reading.headName && (
                <li>
                  {t(
                    'The reading was made with the clinic’s own head “{headName}”. The map is of the shipped one, “{shippedName}”.',
                    { headName: reading.headName, shippedName: data.headName },
                  )}
                </li>
              )}
            </ul>
          </details>
        </>
      )}
    </section>
  );
}

/** "Squares +1.23, bias −0.40, rounding 0.00: score +0.83". */
function sumText({ map, bias, rest, score }: Explanation['classes'][number]): string {
  const signed = (value: number) =>
    value.toLocaleString(locale(), {
      signDisplay: 'exceptZero',
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    });
  const squares = map.reduce((sum, value) => sum + value, 0);
  return t('Squares {squares}, bias {bias}, rounding {rounding}: score {score}', {
    squares: signed(squares),
    bias: signed(bias),
    rounding: signed(rest),
    score: signed(score),
  });
}
