import { useState } from 'react';
import { type Confirmation, confirmation } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation, useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField } from '../ui/fields.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { countText } from '../wording/counts.ts';
import { listText } from '../wording/lists.ts';
import { shortClassName } from '../wording/readings.ts';
import { confirmationNames } from './confirmation-names.ts';
import { ConfirmedByField } from './confirmed-by-field.tsx';
import './classes.css';

export interface ImageToLearn {
  readonly imageId: string;
  /** Whose it is: "Lesion A of Quillfeather, Ottoline". */
  readonly label: string;
}

interface ExamplesOfDialogProps {
  images: readonly ImageToLearn[];
  onClose: () => void;
  onAdded?: () => void;
}

type Standing = StationOutput<'classes.examplesOf'>[number];

/** Makes images such that a class is learned from; says what is known of them that speaks against it. */
export function ExamplesOfDialog({ images, onClose, onAdded }: ExamplesOfDialogProps) {
  const station = useStation();
  const imageIds = images.map(({ imageId }) => imageId);
  const overview = useStationQuery('classes.overview', {});
  const standing = useStationQuery('classes.examplesOf', { imageIds });
  const add = useStationCommand('classes.addExamples');
  const [code, setCode] = useState('');
  const [common, setCommon] = useState<Confirmation>('histology');
  const [own, setOwn] = useState<Readonly<Record<string, Confirmation>>>({});
  const classes = overview.data?.proposed ?? [];
  // The class that was added last is what examples are wanted of; no shipped one is taken for granted.
  const added = overview.data?.changes.findLast(({ change }) => change.kind === 'add')?.change;
  const wanted = code === '' && added?.kind === 'add' ? added.code : code;
  const chosen = classes.find((each) => each.code === wanted);
  const title =
    images.length === 1
      ? t('Use as an example')
      : t('Use {count} as examples', { count: images.length });

  const submit = () => {
    if (!chosen || !standing.data) return;
    const examples = imageIds.map((imageId) => ({
      imageId,
      confirmedBy: own[imageId] ?? common,
    }));
    const undo = () => takeBack(station, chosen.code, standing.data).catch(showErrorToast);
    add.mutate(
      { code: chosen.code, examples },
      {
        onSuccess: () => {
          onClose();
          onAdded?.();
          const text = t('{examples} of {name} more.', {
            examples: countText(images.length, 'example'),
            name: shortClassName(chosen.name),
          });
          showToast(text, { label: t('Undo'), run: () => void undo() });
        },
      },
    );
  };

  return (
    <Dialog title={title} onClose={onClose} widthPx={images.length === 1 ? 460 : 640}>
      {(overview.isPending || standing.isPending) && <Loading what={t('the classes')} />}
      <ErrorNotice error={overview.error ?? standing.error ?? add.error} />
      {overview.data && standing.data && (
        <>
          <div className="form-grid">
            <SelectField label={t('Of the class')} value={chosen?.code ?? ''} onValue={setCode}>
              {!chosen && <option value="">{t('Choose a class')}</option>}
              {classes.map((each) => (
                <option key={each.code} value={each.code}>
                  {shortClassName(each.name)}
                </option>
              ))}
            </SelectField>
            <ConfirmedByField
              label={
                images.length === 1 ? t('Diagnosis confirmed by') : t('Diagnoses confirmed by')
              }
              value={common}
              onValue={(value) => {
                setCommon(value);
                setOwn({});
              }}
            />
          </div>
          {chosen && <Conflicts code={chosen.code} standing={standing.data} />}
          {images.length > 1 && (
            <ul className="examples-of" aria-label={t('Images')}>
              {images.map((image) => (
                <ImageRow
                  key={image.imageId}
                  image={image}
                  code={chosen?.code}
                  standing={standing.data.find(({ imageId }) => imageId === image.imageId)}
                  confirmedBy={own[image.imageId] ?? common}
                  onConfirmedBy={(value) => setOwn({ ...own, [image.imageId]: value })}
                />
              ))}
            </ul>
          )}
          <p className="faint">{t('Learned from when the classes are learned next.')}</p>
        </>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button
          variant="primary"
          busy={add.isPending}
          disabled={!chosen || !standing.data}
          onClick={submit}
        >
          {title}
        </Button>
      </div>
    </Dialog>
  );
}

interface ImageRowProps {
  image: ImageToLearn;
  code: string | undefined;
  standing: Standing | undefined;
  confirmedBy: Confirmation;
  onConfirmedBy: (value: Confirmation) => void;
}

function ImageRow({ image, code, standing, confirmedBy, onConfirmedBy }: ImageRowProps) {
  const { imageId, label } = image;
  const others = standing ? otherCodes(standing, code) : [];
  const ofLesion = standing?.ofLesion.filter((each) => each !== code && !others.includes(each));
  return (
    <li>
      <Thumbnail imageId={imageId} sizePx={56} />
      <span>
        {label}
        {others.length > 0 && (
          <span className="tag tag--caution">
            {t('also {classes}', { classes: listText(others) })}
          </span>
        )}
        {ofLesion && ofLesion.length > 0 && (
          <span className="tag tag--caution">
            {t('its lesion also {classes}', { classes: listText(ofLesion) })}
          </span>
        )}
      </span>
      <select
        className="input"
        aria-label={t('{label}: confirmed by', { label })}
        value={confirmedBy}
        onChange={({ target }) => onConfirmedBy(confirmation.parse(target.value))}
      >
        {confirmation.options.map((value) => (
          <option key={value} value={value}>
            {confirmationNames[value]}
          </option>
        ))}
      </select>
    </li>
  );
}

/** What would stand under two classes, of which nothing could be learned. */
function Conflicts({ code, standing }: { code: string; standing: readonly Standing[] }) {
  const twice = standing.filter((each) => otherCodes(each, code).length > 0);
  const lesions = standing.filter(
    (each) => !twice.includes(each) && each.ofLesion.some((other) => other !== code),
  );
  if (twice.length + lesions.length === 0) return null;
  return (
    <Notice tone="caution">
      {twice.length > 0 &&
        t(
          '{count, plural, one {# image stands} other {# images stand}} under another class already: under two, it is learned for neither.',
          { count: twice.length },
        )}{' '}
      {lesions.length > 0 &&
        t('Of {images}, the lesion has examples of another class.', {
          images: countText(lesions.length, 'image'),
        })}
    </Notice>
  );
}

function otherCodes({ own }: Standing, code: string | undefined): string[] {
  return own.flatMap((each) => (each.code === code ? [] : [each.code]));
}

/** As it stood before: what was an example is one again, confirmed as it was. */
async function takeBack(
  station: ReturnType<typeof useStation>,
  code: string,
  standing: readonly Standing[],
): Promise<void> {
  const former = standing.flatMap(({ imageId, own }) =>
    own.flatMap((each) => (each.code === code ? { imageId, confirmedBy: each.confirmedBy } : [])),
  );
  const imageIds = standing.flatMap(({ imageId }) =>
    former.some((each) => each.imageId === imageId) ? [] : [imageId],
  );
  if (imageIds.length > 0) await station.call('classes.withdrawExamples', { imageIds, code });
  if (former.length > 0) await station.call('classes.addExamples', { code, examples: former });
}
