import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { siteText } from '../wording/anatomy.ts';

interface ChooseLesionDialogProps {
  lesions: readonly Lesion[];
  fileCount: number;
  onChoose: (lesion: Lesion) => void;
  onNew: () => void;
  onClose: () => void;
}

/** For files that were dropped beside the lesions, not onto one. */
export function ChooseLesionDialog(props: ChooseLesionDialogProps) {
  const { lesions, fileCount, onChoose, onNew, onClose } = props;
  return (
    <Dialog
      title={
        fileCount === 1 ? 'Which lesion shows it?' : `Which lesion do these ${fileCount} show?`
      }
      onClose={onClose}
      widthPx={420}
    >
      <ul className="choose-lesion">
        {lesions.map((lesion) => (
          <li key={lesion.id}>
            <button type="button" className="choose-lesion__item" onClick={() => onChoose(lesion)}>
              <strong>{lesion.label}</strong>
              <span className="faint">{siteText(lesion)}</span>
            </button>
          </li>
        ))}
      </ul>
      <Button icon="plus" onClick={onNew}>
        A new lesion
      </Button>
    </Dialog>
  );
}
