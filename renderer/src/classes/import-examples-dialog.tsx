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
import { ConfirmedByField } from './confirmed-by-field.tsx';

const outcomeNames: Record<PlannedExample['outcome'], string> = {
  new: t('will be imported'),
  stored: t('are stored already'),
  'no-label': t('have no label and are left out'),
  'no-file': t('have no file and are left out'),
  'unknown-class': t('name a class that there is not and are left out'),
};

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
        {t('Choose the images together with a CSV table that has the columns')}{' '}
        <code>image_id</code> {t('and')} <code>dx</code> {t('(the class’s short code), and')}{' '}
        <code>lesion_id</code>{' '}
        {t('where several images show one lesion. Nothing is stored before you say so.')}
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
        <li key={outcome}>
          {countText(rows.length, 'image')} {outcomeNames[outcome]}
          {outcome === 'new' && `: ${byCode(rows)}`}
          {outcome === 'unknown-class' && `: ${byCode(rows)}`}
        </li>
      ))}
    </ul>
  );
}

function byCode(rows: readonly PlannedExample[]): string {
  return [...Map.groupBy(rows, ({ code }) => code)]
    .map(([code, own]) => `${code} ${own.length}`)
    .join(', ');
}
