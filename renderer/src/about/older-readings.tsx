import { t } from '../../../src/language/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';

/** Offers to have read again what an earlier network read; nothing where there is nothing. */
export function OlderReadings() {
  const may = useMay();
  const older = useStationQuery('readings.older', {}, { keepPrevious: true });
  const readOlder = useStationCommand('readings.readOlder');
  if (!older.data) return <ErrorNotice error={older.error} />;
  const { images, networkName, isUnderWay } = older.data;
  return (
    <>
      <Notice tone="plain">
        {t(
          '{images, plural, =1 {One image was} one {# image was} other {# images were}} last read by an earlier network, {networkName}. Their readings stay as they are, and say so.',
          { images, networkName },
        )}{' '}
        {isUnderWay && t('They are being read again in the background; work goes on meanwhile.')}
        {!isUnderWay && may('readings.readOlder') && (
          <Button small busy={readOlder.isPending} onClick={() => readOlder.mutate({})}>
            {t('Read them again')}
          </Button>
        )}
      </Notice>
      <ErrorNotice error={readOlder.error} />
    </>
  );
}
