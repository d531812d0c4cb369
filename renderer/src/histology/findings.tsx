import { useState } from 'react';
import {
  diagnosisGravity,
  type Histology,
  type Lesion,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useMay } from '../station/use-may.ts';
import { Button } from '../ui/button.tsx';
import { GravityMark } from '../ui/probability.tsx';
import { formatDay } from '../wording/dates.ts';
import { findingText } from '../wording/follow-ups.ts';
import { HistologyDialog } from './histology-dialog.tsx';
import './histology.css';

/** A lesion's histology, the first specimen first. */
export function Findings(props: { lesion: Lesion; findings: readonly Histology[] }) {
  const { lesion, findings } = props;
  const may = useMay();
  const [corrected, setCorrected] = useState<Histology>();
  if (findings.length === 0) return null;
  return (
    <ul className="findings" aria-label={t('Histology of lesion {label}', { label: lesion.label })}>
      {findings.map((finding) => (
        <li key={finding.id} className="findings__item">
          <GravityMark gravity={diagnosisGravity[finding.diagnosis]} />
          <div>
            <strong>{findingText(finding)}</strong>
            <span className="faint">
              {' '}
              {finding.number
                ? t('Histology, specimen of {day}, No. {number}', {
                    day: formatDay(finding.takenOn),
                    number: finding.number,
                  })
                : t('Histology, specimen of {day}', { day: formatDay(finding.takenOn) })}
            </span>
            {finding.text && <p className="findings__text">{finding.text}</p>}
          </div>
          {may('histology.correct') && (
            <Button small variant="quiet" icon="edit" onClick={() => setCorrected(finding)}>
              {t('Correct')}
            </Button>
          )}
        </li>
      ))}
      {corrected && (
        <HistologyDialog
          lesion={lesion}
          finding={corrected}
          onClose={() => setCorrected(undefined)}
        />
      )}
    </ul>
  );
}
