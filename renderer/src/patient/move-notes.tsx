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
  const there = ({ lesion, patient }: MoveNote) => (
    <>
      lesion {lesion.label}
      {patient.id !== patientId && (
        <>
          {' of '}
          <a href={href({ screen: 'patient', patientId: patient.id })}>{patientName(patient)}</a>
        </>
      )}
    </>
  );
  const who = ({ movedAt, userName }: MoveNote) => ` (${formatDate(movedAt)}, ${userName})`;
  return (
    <ul className="move-notes">
      {movedIn.map((note) => (
        <li key={note.imageId}>
          <a href={href({ screen: 'image', imageId: note.imageId })}>{note.fileName}</a> was moved
          here from {there(note)}
          {who(note)}
        </li>
      ))}
      {movedOut.map((note) => (
        <li key={note.imageId}>
          <a href={href({ screen: 'image', imageId: note.imageId })}>{note.fileName}</a> was moved
          to {there(note)}
          {who(note)}
        </li>
      ))}
    </ul>
  );
}
