import { t } from '../../../src/language/index.ts';
import { useChangeLook } from '../lists/use-look.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { worklist } from './view.ts';

/** In the place of the rows, where nothing waits at all. */
export function NothingWaits() {
  return (
    <EmptyState icon="check" title={t('Nothing waits for review')}>
      <p>
        {t(
          'Each imported image appears here until you have reviewed it. To add one, open a patient and drop the image file onto a lesion.',
        )}
      </p>
      <a className="button button--primary" href="#/patients">
        {t('Find or enrol a patient')}
      </a>
    </EmptyState>
  );
}

/** In the place of the rows, where nothing of what waits is as it is asked for. */
export function NothingMatches() {
  const change = useChangeLook(worklist);
  return (
    <EmptyState icon="search" title={t('Nothing that waits matches')}>
      <p>{t('What these filters or this search leave out still waits for review.')}</p>
      <Button onClick={() => change(worklist.initial)}>{t('Show everything')}</Button>
    </EmptyState>
  );
}
