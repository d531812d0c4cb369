import { useState } from 'react';
import { closingReason, type Lesion } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ImageEntry } from '../../../src/station/contract/index.ts';
import { Button } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/fields.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { closingReasonNames, siteText } from '../wording/anatomy.ts';

import { formatDate, localToday } from '../wording/dates.ts';
import type { LesionActions } from './use-lesion-actions.ts';

interface CorrectionProps {
  lesion: Lesion;
  images: readonly ImageEntry[];
  actions: LesionActions;
  onClose: () => void;
}

/** That a lesion is not followed any further: since when, and why. */
export function CloseLesionDialog({ lesion, actions, onClose }: CorrectionProps) {
  const [reason, setReason] = useState(lesion.closure?.reason ?? null);
  const [on, setOn] = useState(lesion.closure?.on ?? localToday());
  const [isAsked, setAsked] = useState(false);
  const isDay = on !== '' && on <= localToday();
  return (
    <Dialog
      title={t('Close lesion {label}', { label: lesion.label })}
      onClose={onClose}
      widthPx={460}
    >
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (!reason || !isDay) return;
          onClose();
          void actions.close(lesion, { on, reason });
        }}
      >
        <p className="soft">
          {t('It stays on the page, with its images, and can be opened again.')}
        </p>
        <ChoiceGroup
          label={t('Why')}
          choices={closingReason.options.map((value) => ({
            value,
            label: closingReasonNames[value],
          }))}
          value={reason}
          onChoose={setReason}
        />
        {isAsked && !reason && <p className="field__error">{t('Choose a reason.')}</p>}
        <TextField
          label={t('Since')}
          type="date"
          max={localToday()}
          value={on}
          onValue={setOn}
          error={isAsked && !isDay ? t('Enter a day that is not in the future.') : undefined}
        />
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary">
            {t('Close lesion')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Two lesions turn out to be one: this one's images become the other's. */
export function MergeLesionDialog(props: CorrectionProps & { others: readonly Lesion[] }) {
  const { lesion, images, others, actions, onClose } = props;
  return (
    <Dialog
      title={t('Merge lesion {label} into…', { label: lesion.label })}
      onClose={onClose}
      widthPx={460}
    >
      <p className="soft">
        {images.length === 0
          ? t(
              'It has no images. The other one keeps its label, its place and its note. The two can be taken apart again.',
            )
          : t(
              '{count, plural, one {# image with readings and reviews will be the other one’s.} other {# images with readings and reviews will be the other one’s.}} The other one keeps its label, its place and its note. The two can be taken apart again.',
              { count: images.length },
            )}
      </p>
      <ul className="choose-lesion">
        {others.map((other) => (
          <li key={other.id}>
            <button
              type="button"
              className="choose-lesion__item"
              onClick={() => {
                onClose();
                void actions.merge(lesion, other);
              }}
            >
              <strong>{other.label}</strong>
              <span className="faint">{siteText(other)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** Asked where images go along; without any, Undo is enough. */
export function RemoveLesionDialog({ lesion, images, actions, onClose }: CorrectionProps) {
  const reviewed = images.filter(({ review }) => review !== null).length;
  return (
    <Dialog
      title={t('Remove lesion {label}?', { label: lesion.label })}
      onClose={onClose}
      widthPx={460}
    >
      <p>
        {reviewed > 0
          ? t(
              '{count, plural, one {# image ({reviewed} of them reviewed) will be removed with it.} other {# images ({reviewed} of them reviewed) will be removed with it.}} Nothing is deleted: it can be restored on this page, below the lesions.',
              { count: images.length, reviewed },
            )
          : t(
              '{count, plural, one {# image will be removed with it.} other {# images will be removed with it.}} Nothing is deleted: it can be restored on this page, below the lesions.',
              { count: images.length },
            )}
      </p>
      {reviewed > 0 && (
        <p className="soft">{t('Should images be of another lesion, move them there first.')}</p>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button
          variant="danger"
          onClick={() => {
            onClose();
            void actions.remove(lesion);
          }}
        >
          {t('Remove lesion')}
        </Button>
      </div>
    </Dialog>
  );
}

interface PickImagesProps {
  lesion: Lesion;
  images: readonly ImageEntry[];
  onPicked: (imageIds: string[]) => void;
  onClose: () => void;
}

/** Which of a lesion's images belong elsewhere. */
export function PickImagesDialog({ lesion, images, onPicked, onClose }: PickImagesProps) {
  const [picked, setPicked] = useState<readonly string[]>([]);
  return (
    <Dialog
      title={t('Move images of lesion {label}', { label: lesion.label })}
      onClose={onClose}
      widthPx={560}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (picked.length > 0) onPicked([...picked]);
        }}
      >
        <ul className="pick-images">
          {images.map(({ image }) => (
            <li key={image.id}>
              <label className="pick-images__item">
                <input
                  type="checkbox"
                  checked={picked.includes(image.id)}
                  onChange={({ target }) =>
                    setPicked(
                      target.checked
                        ? [...picked, image.id]
                        : picked.filter((imageId) => imageId !== image.id),
                    )
                  }
                />
                <Thumbnail imageId={image.id} sizePx={96} />
                <span>{formatDate(image.capturedAt ?? image.importedAt)}</span>
              </label>
            </li>
          ))}
        </ul>
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button onClick={() => setPicked(images.map(({ image }) => image.id))}>
            {t('Choose all')}
          </Button>
          <Button type="submit" variant="primary" disabled={picked.length === 0}>
            {t('Choose where to…')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
