import { Trans } from '@lingui/react';
import { useState } from 'react';
import type { Lesion, LesionImage } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { MoveNote } from '../../../src/station/contract/index.ts';
import { DestinationDialog } from '../destination/destination-dialog.tsx';
import { useMoving } from '../destination/use-moving.ts';
import { href } from '../routing/routes.ts';
import { Button } from '../ui/button.tsx';
import { formatDate } from '../wording/dates.ts';
import { patientName } from '../wording/patients.ts';

/** For an image of the wrong lesion or patient: it goes to the right one with all that is known of it. */
export function MoveImageButton({ image, lesion }: { image: LesionImage; lesion: Lesion }) {
  const [isAsking, setAsking] = useState(false);
  const move = useMoving();
  return (
    <>
      <Button
        variant="quiet"
        icon="move"
        disabled={image.removedAt !== null}
        onClick={() => setAsking(true)}
      >
        {t('Move…')}
      </Button>
      {isAsking && (
        <DestinationDialog
          title={t('Where does it belong?')}
          lead={t('The image will be moved, with its readings and reviews.')}
          patientId={lesion.patientId}
          withoutLesionId={lesion.id}
          onClose={() => setAsking(false)}
          onChoose={(destination) => {
            setAsking(false);
            void move([image.id], destination);
          }}
        />
      )}
    </>
  );
}

/** Where the image was before, the newest move first. */
export function ImageMoves({ lesion, moves }: { lesion: Lesion; moves: readonly MoveNote[] }) {
  if (moves.length === 0) return null;
  return (
    <ul className="image-facts" aria-label={t('Moves of this image')}>
      {moves.map((move) => (
        <li key={move.movedAt}>
          <Trans
            id="Moved here from lesion {label}{isOther, select, yes { of <patient>{name}</patient>} other {}}, {date}, {userName}"
            values={{
              label: move.lesion.label,
              isOther: move.patient.id === lesion.patientId ? 'no' : 'yes',
              name: patientName(move.patient),
              date: formatDate(move.movedAt),
              userName: move.userName,
            }}
            components={{
              // biome-ignore lint/a11y/useAnchorContent: the message's words stand in it
              patient: <a href={href({ screen: 'patient', patientId: move.patient.id })} />,
            }}
          />
        </li>
      ))}
    </ul>
  );
}
