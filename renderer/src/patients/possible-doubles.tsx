import type { Patient, PossibleDouble } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { likenessNames, patientFacts, patientName } from '../wording/patients.ts';

interface PossibleDoublesProps {
  doubles: readonly PossibleDouble[];
  isBusy: boolean;
  error: unknown;
  chooseLabel: string;
  onChoose: (patient: Patient) => void;
  onBack: () => void;
  /** The person is none of them. */
  onNobody: () => void;
}

/** Asks before a person is enrolled a second time. */
export function PossibleDoubles(props: PossibleDoublesProps) {
  const { doubles, isBusy, error, chooseLabel, onChoose, onBack, onNobody } = props;
  return (
    <>
      <p className="soft">
        {t(
          '{count, plural, one {Somebody is enrolled already under the same name and date of birth, or nearly.} other {These are enrolled already under the same name and date of birth, or nearly.}} Two records of one person hide half of the findings each.',
          { count: doubles.length },
        )}
      </p>
      <ul className="doubles">
        {doubles.map(({ patient, likeness }) => (
          <li key={patient.id} className="doubles__item">
            <div className="doubles__who">
              <strong>{patientName(patient)}</strong>
              <span className="faint">{patientFacts(patient).join(' · ')}</span>
              <span className="doubles__why">
                {likenessNames[likeness]}
                {patient.archivedAt && ` (${t('archived')})`}
              </span>
            </div>
            <Button onClick={() => onChoose(patient)}>{chooseLabel}</Button>
          </li>
        ))}
      </ul>
      <ErrorNotice error={error} />
      <div className="dialog__actions">
        <Button onClick={onBack}>{t('Back to the form')}</Button>
        <Button variant="primary" busy={isBusy} onClick={onNobody}>
          {t('No, enrol a new person')}
        </Button>
      </div>
    </>
  );
}
