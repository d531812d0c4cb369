import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import type { StationOutput } from '../station/connection.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notices.tsx';
import { Section } from '../ui/section.tsx';

import { patientName } from '../wording/patients.ts';
import { EraseDialog } from './erase-dialog.tsx';
import './erasure.css';

type CameBack = StationOutput<'erasures.cameBack'>[number];

/** What an older backup brought back although it was erased; nobody is told who may not erase. */
export function useCameBack(): readonly CameBack[] {
  const may = useMay();
  const query = useStationQuery('erasures.cameBack', {}, { enabled: may('erasures.cameBack') });
  return query.data ?? [];
}

/** In the foot. */
export function CameBackNotice({ count }: { count: number }) {
  const text = t(
    '{count, plural, one {# erased record came back with a backup: erase it again.} other {# erased records came back with a backup: erase them again.}}',
    { count },
  );
  return (
    <div className="foot__message foot__message--caution">
      <Icon name="warning" size={16} />
      <span className="foot__text" title={text}>
        {text}
      </span>
      <a className="button button--small" href={href({ screen: 'settings', part: 'log' })}>
        {count === 1 ? t('See it') : t('See them')}
      </a>
    </div>
  );
}

function nameOf({ subject, lesion, ...whose }: CameBack): string {
  const patient = patientName(whose.patient);
  if (subject.kind === 'overview') return t('an overview photograph of {patient}', { patient });
  return lesion
    ? t('an image of lesion {label} of {patient}', { label: lesion.label, patient })
    : patient;
}

/** Each with the way to erase it again; nothing where nothing came back. */
export function CameBackSection() {
  const back = useCameBack();
  const [chosen, setChosen] = useState<CameBack>();
  if (back.length === 0 && !chosen) return null;
  return (
    <Section title={t('Erased, and back')}>
      <Notice tone="caution">
        {t(
          'The clinic was restored from a backup of before these were erased. It was decided that they go: erase them again. Nothing is erased by itself.',
        )}
      </Notice>
      <ul className="erasure__back" aria-label={t('Erased, and back')}>
        {back.map((each) => (
          <li key={each.subject.id}>
            <a href={href({ screen: 'patient', patientId: each.patient.id })}>{nameOf(each)}</a>
            <Button
              small
              icon="remove"
              aria-label={t('Erase again: {record}', { record: nameOf(each) })}
              onClick={() => setChosen(each)}
            >
              {t('Erase again…')}
            </Button>
          </li>
        ))}
      </ul>
      {chosen && (
        <EraseDialog
          subject={chosen.subject}
          what={nameOf(chosen)}
          onClose={() => setChosen(undefined)}
          onErased={() => setChosen(undefined)}
        />
      )}
    </Section>
  );
}
