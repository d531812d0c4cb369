import { useCallback, useEffect, useState } from 'react';
import type { User } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { PackSummary } from '../../../src/station/contract/index.ts';
import { useStation, useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { formatDate } from '../wording/dates.ts';
import { gravityWords } from '../wording/readings.ts';
import { areaText, shareText } from './figure.ts';

/** A class that another clinic gives away: who made it, what it is worth there, then the import. */
export function ImportPackDialog(props: {
  user: User;
  onClose: () => void;
  /** A pack that is chosen already. */
  opened?: Uint8Array;
}) {
  const { user, onClose, opened } = props;
  const station = useStation();
  const importPack = useStationCommand('classes.importPack');
  const [chosen, setChosen] = useState<{ bytes: Uint8Array; pack: PackSummary }>();
  const [isCompared, setCompared] = useState(false);
  const [error, setError] = useState<unknown>();
  const inspect = useCallback(
    async (bytes: Uint8Array) => {
      setChosen({ bytes, pack: await station.call('classes.inspectPack', { bytes }) });
    },
    [station],
  );
  const choose = async (file: File | undefined) => {
    if (!file) return;
    setChosen(undefined);
    setError(undefined);
    setCompared(false);
    await file
      .arrayBuffer()
      .then((buffer) => inspect(new Uint8Array(buffer)))
      .catch(setError);
  };
  useEffect(() => {
    if (opened) inspect(opened).catch(setError);
  }, [opened, inspect]);
  const mustTrust = chosen !== undefined && !chosen.pack.isTrusted;
  const mayTrust = user.role === 'administrator';
  return (
    <Dialog title={t('Import a class of another clinic')} onClose={onClose} widthPx={560}>
      <p>
        {t('It holds statistics of images and a signature, no image and nothing of any patient.')}
      </p>
      <label className="button import-examples__choose">
        <span>{t('Choose a class pack')}</span>
        <input
          type="file"
          accept=".dermaspike-class"
          className="visually-hidden"
          onChange={(event) => void choose(event.target.files?.[0])}
        />
      </label>
      <ErrorNotice error={error ?? importPack.error} />
      {chosen && <PackFacts pack={chosen.pack} />}
      {mustTrust && (
        <Notice tone="caution">
          {t('Its key is not known here. Ask {clinicName} for theirs and compare:', {
            clinicName: chosen.pack.clinicName,
          })}{' '}
          <code>{chosen.pack.fingerprint}</code>
          {!mayTrust && ` ${t('Only an administrator can then trust it.')}`}
        </Notice>
      )}
      {mustTrust && mayTrust && (
        <label className="check">
          <input
            type="checkbox"
            checked={isCompared}
            onChange={(event) => setCompared(event.target.checked)}
          />{' '}
          {t('The two are the same; trust this key from now on')}
        </label>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button
          variant="primary"
          busy={importPack.isPending}
          disabled={!chosen || (mustTrust && !isCompared)}
          onClick={() =>
            chosen &&
            importPack.mutate(
              { bytes: chosen.bytes, trust: mustTrust && isCompared },
              { onSuccess: onClose },
            )
          }
        >
          {t('Import class')}
        </Button>
      </div>
    </Dialog>
  );
}

function PackFacts({ pack }: { pack: PackSummary }) {
  const { evaluation } = pack;
  return (
    <dl className="facts">
      <dt>{t('Class')}</dt>
      <dd>
        {pack.name} ({pack.code}), {gravityWords[pack.gravity]}
      </dd>
      <dt>{t('Made by')}</dt>
      <dd>
        {pack.clinicName}, {formatDate(pack.madeAt)}
      </dd>
      <dt>{t('Learned from')}</dt>
      <dd>
        {t('{images} of {lesions}', {
          images: countText(pack.images, 'image'),
          lesions: countText(pack.lesions, 'lesion'),
        })}
      </dd>
      {evaluation && (
        <>
          <dt>{t('Measured there')}</dt>
          <dd>
            {t('named so, of its images, {share}; AUROC {area}', {
              share: shareText(evaluation.sensitivity),
              area: areaText(evaluation.auroc),
            })}
          </dd>
        </>
      )}
    </dl>
  );
}
