import { locale, t } from '../../../src/language/index.ts';
import type { RefusalReason } from '../../../src/registration/index.ts';
import { Button } from '../ui/button.tsx';
import type { RegistrationState } from './use-registration.ts';

interface AlignmentNoteProps {
  isByHand: boolean;
  registration: RegistrationState;
  /** The two lie over each other. */
  isLaidOver: boolean;
  note: string;
  onPutBack: () => void;
}

/** How the pictures were brought over each other: what is not registered never looks as if it were. */
export function AlignmentNote(props: AlignmentNoteProps) {
  const { isByHand, registration, isLaidOver, note, onPutBack } = props;
  return (
    <p className="compare-note" role="status">
      {isLaidOver
        ? registrationText(registration)
        : t(
            'The pictures are zoomed and moved together. J and K show another later image, with Shift another earlier one.',
          )}
      {isByHand && ` ${t('The later picture was moved by hand.')}`} {note}{' '}
      {isByHand && (
        <Button small onClick={onPutBack}>
          {t('Undo the moves (X)')}
        </Button>
      )}
    </p>
  );
}

const byHandText = t(
  'Move the later one by Shift and arrows, turn it by Q and W, size it by A and D.',
);

const refusals: Record<RefusalReason, string> = {
  'no-match': t('nothing that both show says that it is the same place'),
  mirrored: t('one of them is mirrored'),
  blurred: t('one of them is too blurred'),
  'little-overlap': t('they share too little of the skin'),
  'too-small': t('one of them has too few pixels'),
};

function registrationText({ isUnderWay, found }: RegistrationState): string {
  if (isUnderWay || !found)
    return t('Registering… Until then the pictures lie as they were taken.');
  if (found.kind === 'refused')
    return sentences(
      t('Not registered, because {reason}: the pictures lie as they were taken.', {
        reason: refusals[found.reason],
      }),
      byHandText,
    );
  const percent = (found.error * 100).toLocaleString(locale(), { maximumFractionDigits: 1 });
  return sentences(
    t(
      'Registered by turn, size and shift: half of all points are off by less than some {percent} % of the picture’s longer side.',
      { percent },
    ),
    found.mapping.warp && t('The mild warp that was found is not drawn.'),
    byHandText,
  );
}

const sentences = (...all: readonly (string | false | null | undefined)[]): string =>
  all.filter(Boolean).join(' ');
