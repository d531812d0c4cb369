import { Trans } from '@lingui/react';
import { useEffect, useRef, useState } from 'react';
import {
  maxFileBytes,
  type OverviewRegion,
  overviewRegion,
  overviewRegions,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { OverviewImportResult } from '../../../src/station/contract/index.ts';
import { href, navigate } from '../routing/routes.ts';
import type { StationConnection } from '../station/connection.ts';
import { errorText } from '../station/errors.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField } from '../ui/fields.tsx';
import { Icon } from '../ui/icons.tsx';
import { showToast } from '../ui/toasts.tsx';

import { regionNames } from '../wording/overviews.ts';
import { patientName } from '../wording/patients.ts';
import './overviews.css';

interface AddOverviewsProps {
  patientId: string;
  files: readonly File[];
  onClose: () => void;
}

/** What became of a file. */
type Outcome = { file: File } & (OverviewImportResult | { outcome: 'failed'; message: string });

/** Asks what the photographs show, adds them one after the other, and says what became of those that were not. */
export function AddOverviewsDialog({ patientId, files, onClose }: AddOverviewsProps) {
  const station = useStation();
  const [region, setRegion] = useState<OverviewRegion>();
  const [isMissing, setMissing] = useState(false);
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>();
  const abort = useRef(new AbortController());
  useEffect(() => {
    abort.current = new AbortController();
    return () => abort.current.abort();
  }, []);

  const add = async () => {
    if (!region) return setMissing(true);
    const { signal } = abort.current;
    const done: Outcome[] = [];
    setOutcomes([]);
    for (const file of files) {
      done.push(await addOne(station, file, { patientId, region }, signal));
      if (signal.aborted) return;
      setOutcomes([...done]);
    }
    if (done.every(({ outcome }) => outcome === 'imported')) {
      tellAdded(done);
      onClose();
    }
  };

  const isBusy = outcomes !== undefined && outcomes.length < files.length;
  const isDone = outcomes?.length === files.length;
  const one = files.length === 1;
  return (
    <Dialog
      title={one ? t('Add an overview photograph') : t('Add overview photographs')}
      onClose={onClose}
      widthPx={520}
    >
      <p className="soft overviews__files">
        {t(
          '{count, plural, one {{name}: kept with the patient, to mark lesions on. No network reads it.} other {# files: kept with the patient, to mark lesions on. No network reads them.}}',
          { count: files.length, name: files[0]?.name ?? '' },
        )}
      </p>
      {!isDone && (
        <SelectField
          label={one ? t('What it shows') : t('What they show')}
          value={region ?? ''}
          disabled={isBusy}
          error={isMissing ? t('Choose the region.') : undefined}
          onValue={(value) => {
            setRegion(overviewRegion.parse(value));
            setMissing(false);
          }}
        >
          <option value="" disabled>
            {t('Choose the region')}
          </option>
          {overviewRegions.map((each) => (
            <option key={each} value={each}>
              {regionNames[each]}
            </option>
          ))}
        </SelectField>
      )}
      {isBusy && (
        <label className="overviews__progress">
          {t('Adding {number} of {count}…', {
            number: Math.min(outcomes.length + 1, files.length),
            count: files.length,
          })}
          <progress value={outcomes.length} max={files.length} />
        </label>
      )}
      {outcomes && <NotAdded outcomes={outcomes} onOpen={onClose} />}
      <div className="dialog__actions">
        {isDone ? (
          <Button variant="primary" onClick={onClose}>
            {t('Close')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{isBusy ? t('Stop') : t('Cancel')}</Button>
            <Button variant="primary" busy={isBusy} onClick={() => void add()}>
              {one ? t('Add photograph') : t('Add {files} photographs', { files: files.length })}
            </Button>
          </>
        )}
      </div>
    </Dialog>
  );
}

/** Those that need a word. */
function NotAdded({ outcomes, onOpen }: { outcomes: readonly Outcome[]; onOpen: () => void }) {
  const added = outcomes.filter(({ outcome }) => outcome === 'imported').length;
  const others = outcomes.flatMap((each) => (each.outcome === 'imported' ? [] : [each]));
  if (others.length === 0) return null;
  return (
    <div role="alert">
      {added > 0 && (
        <p>
          {t('{count, plural, one {# photograph added.} other {# photographs added.}}', {
            count: added,
          })}
        </p>
      )}
      <ul className="overviews__outcomes">
        {others.map((each) => (
          <li key={`${each.file.name} ${each.file.lastModified}`}>
            <Icon name={each.outcome === 'duplicate' ? 'copy' : 'error'} size={16} />
            <span>
              <strong>{each.file.name}</strong>
              <br />
              {each.outcome === 'duplicate' ? (
                <Trans
                  id="Already there, nothing added: <link>{patient}, {region}</link>"
                  values={{
                    patient: patientName(each.patient),
                    region: regionNames[each.overview.region],
                  }}
                  components={{
                    link: (
                      // biome-ignore lint/a11y/useAnchorContent: the message's words stand in it
                      <a
                        href={href({ screen: 'overview', overviewId: each.overview.id })}
                        onClick={onOpen}
                      />
                    ),
                  }}
                />
              ) : (
                each.message
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function tellAdded(done: readonly Outcome[]): void {
  const [first, ...others] = done;
  if (first?.outcome !== 'imported') return;
  const { id: overviewId } = first.overview;
  if (others.length > 0)
    showToast(
      t(
        '{count, plural, one {# overview photograph added.} other {# overview photographs added.}}',
        { count: done.length },
      ),
    );
  else
    showToast(t('Overview photograph added.'), {
      label: t('Open'),
      run: () => navigate({ screen: 'overview', overviewId }),
    });
}

async function addOne(
  station: StationConnection,
  file: File,
  target: { patientId: string; region: OverviewRegion },
  signal: AbortSignal,
): Promise<Outcome> {
  const failed = (message: string): Outcome => ({ file, outcome: 'failed', message });
  if (file.size > maxFileBytes)
    return failed(
      t('The file is too large: more than {mebibytes} MiB.', {
        mebibytes: maxFileBytes / 2 ** 20,
      }),
    );
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const input = { ...target, fileName: file.name.slice(0, 500), bytes };
    return { file, ...(await station.call('overviews.import', input, { signal })) };
  } catch (error) {
    // A folder, or a file that was moved, changed or unplugged since it was chosen.
    if (error instanceof DOMException)
      return failed(t('The file could not be read. Is it a folder, or gone?'));
    return failed(errorText(error));
  }
}
