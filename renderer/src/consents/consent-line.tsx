import { useState } from 'react';
import {
  consentScope,
  type Patient,
  standingConsents,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { answerText, scopeNames } from '../wording/consents.ts';
import { ConsentDialog } from './consent-dialog.tsx';
import './consents.css';

/** What a patient agreed to and took back, in a line; what nobody asked about is not in it. */
export function ConsentLine({ patient }: { patient: Patient }) {
  const query = useStationQuery('consents.ofPatient', { patientId: patient.id });
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  if (!query.data) return null;
  const standing = standingConsents(query.data);
  const known = consentScope.options.flatMap((scope) => standing.get(scope) ?? []);
  return (
    <div className="consents">
      <span className="soft">{t('Consent')}</span>
      {known.length === 0 ? (
        <span className="faint">{t('not asked yet')}</span>
      ) : (
        <ul className="consents__list" aria-label={t('Consent')}>
          {known.map((each) => (
            <li
              key={each.scope}
              className={each.answer === 'given' ? 'tag' : 'tag tag--caution'}
              title={`${scopeNames[each.scope]}: ${answerText(each)}`}
            >
              <Icon name={each.answer === 'given' ? 'check' : 'close'} size={14} />
              {each.answer === 'withdrawn'
                ? t('{scope}, taken back', { scope: scopeNames[each.scope] })
                : scopeNames[each.scope]}
            </li>
          ))}
        </ul>
      )}
      <Button small variant="quiet" onClick={() => setOpen(true)}>
        {may('consents.record') ? t('Record or look up…') : t('Look up…')}
      </Button>
      {isOpen && (
        <ConsentDialog patient={patient} consents={query.data} onClose={() => setOpen(false)} />
      )}
    </div>
  );
}
