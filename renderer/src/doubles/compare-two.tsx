import { type PatientDetails, patientDetails } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { MergeCandidate } from '../../../src/station/contract/index.ts';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { countText } from '../wording/counts.ts';
import { formatDate } from '../wording/dates.ts';
import { patientFieldNames, patientFieldText, patientName } from '../wording/patients.ts';
import './doubles.css';

interface CompareTwoProps {
  one: MergeCandidate;
  other: MergeCandidate;
  /** Which of the two is kept. */
  kept: string | undefined;
  onKeep: (patientId: string) => void;
}

/** What is known of two patients, line by line; where they differ it is marked. */
export function CompareTwo({ one, other, kept, onKeep }: CompareTwoProps) {
  const both = [one, other] as const;
  const fields = (Object.keys(patientDetails.shape) as (keyof PatientDetails)[]).filter(
    (field) => field !== 'note' || both.some(({ patient }) => patient.note !== ''),
  );
  const lines = fields
    .map((field) => ({
      field,
      texts: both.map(({ patient }) => patientFieldText(patient, field)) as [string, string],
      // What nobody has asked of one contradicts nothing.
      isSame:
        one.patient[field] === other.patient[field] ||
        both.some(({ patient }) => isUnknown(patientFieldText(patient, field))),
    }))
    .filter(({ texts }) => !texts.every(isUnknown));
  return (
    <table className="two">
      <caption className="visually-hidden">
        {t('What is known of each; choose which one is kept')}
      </caption>
      <thead>
        <tr>
          <td className="two__name" />
          {both.map(({ patient }) => (
            <th key={patient.id} scope="col">
              <label className={kept === patient.id ? 'two__keep two__keep--chosen' : 'two__keep'}>
                <input
                  type="radio"
                  name="kept"
                  checked={kept === patient.id}
                  onChange={() => onKeep(patient.id)}
                />
                {t('Keep {patient}', { patient: patientName(patient) })}
              </label>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ field, texts, isSame }) => (
          <tr key={field} className={isSame ? undefined : 'two__differs'}>
            <th scope="row" className="two__name">
              {patientFieldNames[field]}
            </th>
            {texts.map((text, at) => (
              <td key={both[at]?.patient.id}>
                {text || <span className="faint">{t('none')}</span>}
              </td>
            ))}
          </tr>
        ))}
        <tr>
          <th scope="row" className="two__name">
            {t('Records')}
          </th>
          {both.map(({ patient, lesionCount, imageCount, lastVisitAt }) => (
            <td key={patient.id}>
              {countText(lesionCount, 'lesion')}, {countText(imageCount, 'image')}
              <br />
              <span className="faint">
                {lastVisitAt
                  ? t('last visit {visit}, enrolled {enrolment}', {
                      visit: formatDate(lastVisitAt),
                      enrolment: formatDate(patient.createdAt),
                    })
                  : t('never seen, enrolled {enrolment}', {
                      enrolment: formatDate(patient.createdAt),
                    })}
              </span>
            </td>
          ))}
        </tr>
        <tr>
          <th scope="row" className="two__name">
            {t('Newest images')}
          </th>
          {both.map(({ patient, imageIds }) => (
            <td key={patient.id}>
              <span className="two__images">
                {imageIds.map((imageId) => (
                  <Thumbnail key={imageId} imageId={imageId} sizePx={84} />
                ))}
                {imageIds.length === 0 && <span className="faint">{t('none')}</span>}
              </span>
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}

const unknown: readonly string[] = ['', t('not asked'), t('not given'), t('Not given')];
const isUnknown = (text: string): boolean => unknown.includes(text);
