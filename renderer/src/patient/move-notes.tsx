import { Trans } from '@lingui/react';
import type { MoveNote } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { formatDate } from '../wording/dates.ts';
import { patientName } from '../wording/patients.ts';

interface MoveNotesProps {
  /** Whose page it is: others are named. */
  patientId: string;
  movedIn: readonly MoveNote[];
  movedOut: readonly MoveNote[];
}

/** Which of a lesion's images came from elsewhere, and which went there. */
export function MoveNotes({ patientId, movedIn, movedOut }: MoveNotesProps) {
  if (movedIn.length + movedOut.length === 0) return null;
  const values = ({ fileName, lesion, patient, movedAt, userName }: MoveNote) => ({
    fileName,
    label: lesion.label,
    isOther: patient.id === patientId ? 'no' : 'yes',
    name: patientName(patient),
    date: formatDate(movedAt),
    userName,
  });
  // biome-ignore-start lint/a11y/useAnchorContent: the message's words stand in them
  const components = ({ imageId, patient }: MoveNote) => ({
    image: <a href={href({ screen: 'image', imageId })} />,
    patient: <a href={href({ screen: 'patient', patientId: patient.id })} />,
  });
  // biome-ignore-end lint/a11y/useAnchorContent: the message's words stand in them
  return (
    <ul className="move-notes">
      {movedIn.map((note) => (
        <li key={note.imageId}>
          <Trans
            id="<image>{fileName}</image> was moved here from lesion {label}{isOther, select, yes { of <patient>{name}</patient>} other {}} ({date}, {userName})"
            values={values(note)}
            components={components(note)}
          />
        </li>
      ))}
      {movedOut.map((note) => (
        <li key={note.imageId}>
          <Trans
            id="<image>{fileName}</image> was moved to lesion {label}{isOther, select, yes { of <patient>{name}</patient>} other {}} ({date}, {userName})"
            values={values(note)}
            components={components(note)}
          />
        </li>
      ))}
    </ul>
  );
}
