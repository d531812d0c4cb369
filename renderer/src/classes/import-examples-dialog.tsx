import { Trans } from '@lingui/react';
import { useState } from 'react';
import type { Confirmation } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { PlannedExample } from '../../../src/station/contract/index.ts';
import { acceptedFiles } from '../imports/file-button.tsx';
import { errorText } from '../station/errors.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/fields.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { listText } from '../wording/lists.ts';
import { ConfirmedByField } from './confirmed-by-field.tsx';

/** What becomes of so many of the images. */
function outcomeText(outcome: PlannedExample['outcome'], rows: readonly PlannedExample[]): string {
  const values = { count: rows.length, classes: byCode(rows) };
  return {
    new: t(
      '{count, plural, one {# image will be imported} other {# images will be imported}}: {classes}',
      values,
    ),
    stored: t(
      '{count, plural, one {# image is stored already} other {# images are stored already}}',
      values,
    ),
    'no-label': t(
      '{count, plural, one {# image has no label and is left out} other {# images have no label and are left out}}',
      values,
    ),
    'no-file': t(
      '{count, plural, one {# image has no file and is left out} other {# images have no file and are left out}}',
      values,
    ),
    'unknown-class': t(
      '{count, plural, one {# image names a class that there is not and is left out} other {# images name a class that there is not and are left out}}: {classes}',
      values,
    ),
  }[outcome];
}

/** Labelled images: what would become of them, then the import, file by file. */
export function ImportExamplesDialog({ onClose }: { onClose: () => void }) {
  const station = useStation();
  const [files, setFiles] = useState<readonly File[]>([]);
  const [plan, setPlan] = useState<readonly PlannedExample[]>();
  const [collection, setCollection] = useState('');
  const [confirmedBy, setConfirmedBy] = useState<Confirmation>('histology');
  const [error, setError] = useState<unknown>();
  const [progress, setProgress] = useState<{ done: number; failed: readonly string[] }>();
  const due = plan?.filter(({ outcome }) => outcome === 'new') ?? [];
  const isRunning = progress !== undefined && progress.done < due.length;
  const isDone = progress !== undefined && progress.done === due.length;

  const choose = async (chosen: readonly File[]) => {
    const table = chosen.find(({ name }) => /\.(csv|txt)$/i.test(name));
    const pictures = chosen.filter((file) => file !== table);
    setFiles(pictures);
    setProgress(undefined);
    try {
      const labels = table ? await table.text() : '';
      const fileNames = pictures.map((file) => file.webkitRelativePath || file.name);
      setPlan(await station.call('classes.planImport', { labels, fileNames }));
      setError(undefined);
      if (collection === '') setCollection(table?.name.replace(/\.[^.]*$/, '') ?? t('Imported'));
    } catch (failure) {
      setPlan(undefined);
      setError(failure);
    }
  };
  const run = async () => {
    const byName = new Map(files.map((file) => [file.webkitRelativePath || file.name, file]));
    const failed: string[] = [];
    for (const [index, { fileName, code, lesion }] of due.entries()) {
      setProgress({ done: index, failed });
      try {
        const bytes = new Uint8Array((await byName.get(fileName)?.arrayBuffer()) ?? []);
        await station.call('classes.importExample', {
          ...{ collection: collection.trim() || t('Imported'), lesion, code, confirmedBy },
          ...{ fileName: fileName.split('/').at(-1) ?? fileName, bytes },
        });
      } catch (failure) {
        failed.push(`${fileName}: ${errorText(failure)}`);
      }
    }
    setProgress({ done: due.length, failed });
  };

  return (
    <Dialog title={t('Import labelled images')} onClose={onClose} widthPx={600}>
      <p>
        <Trans
          id="Choose the images together with a CSV table that has the columns <c>image_id</c> and <c>dx</c> (the class’s short code), and <c>lesion_id</c> where several images show one lesion. Nothing is stored before you say so."
          components={{ c: <code /> }}
        />
      </p>
      <label className="button import-examples__choose">
        <span>{t('Choose images and table')}</span>
        <input
          type="file"
          multiple
          accept={`${acceptedFiles},.csv,.txt`}
          className="visually-hidden"
          onChange={(event) => void choose([...(event.target.files ?? [])])}
        />
      </label>
      <ErrorNotice error={error} />
      {plan && <Plan plan={plan} />}
      {due.length > 0 && (
        <div className="form-grid">
          <TextField
            label={t('Name of the collection')}
            hint={t('The images are kept together under this name.')}
            value={collection}
            onValue={setCollection}
            maxLength={100}
          />
          <ConfirmedByField
            label={t('Diagnoses confirmed by')}
            value={confirmedBy}
            onValue={setConfirmedBy}
          />
        </div>
      )}
      {progress && (
        <div role="status">
          <progress value={progress.done} max={due.length} aria-label={t('Imported')} />{' '}
          {t('{done} of {images}', { done: progress.done, images: countText(due.length, 'image') })}
        </div>
      )}
      {progress && progress.failed.length > 0 && (
        <Notice tone="error">
          <ul>
            {progress.failed.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>{isDone ? t('Done') : t('Cancel')}</Button>
        {!isDone && (
          <Button
            variant="primary"
            busy={isRunning}
            disabled={due.length === 0}
            onClick={() => void run()}
          >
            {t('Import {images}', { images: countText(due.length, 'image') })}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function Plan({ plan }: { plan: readonly PlannedExample[] }) {
  const groups = Map.groupBy(plan, ({ outcome }) => outcome);
  return (
    <ul className="import-examples__plan" aria-label={t('What would be imported')}>
      {[...groups].map(([outcome, rows]) => (
        <li key={outcome}>{outcomeText(outcome, rows)}</li>
      ))}
    </ul>
  );
}

function byCode(rows: readonly PlannedExample[]): string {
  return listText(
    [...Map.groupBy(rows, ({ code }) => code)].map(([code, own]) => `${code} ${own.length}`),
  );
}
