import { t } from '../../../src/language/index.ts';
import type { AcceleratorOverview } from '../../../src/station/contract/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { Section } from '../ui/section.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { AcceleratorCard } from './accelerator-card.tsx';
import { Incidents } from './incidents.tsx';
import { Obstacles } from './obstacles.tsx';
import { PolicyChoice } from './policy-choice.tsx';
import { ReadingsToRepeat } from './readings-to-repeat.tsx';
import './accelerators.css';

/** Each accelerator, how well it is, how it was checked, and what is in the way of others. */
export function Devices() {
  const may = useMay();
  const overview = useStationQuery('accelerators.overview', {});
  const rescan = useStationCommand('accelerators.rescan');
  const search = () =>
    rescan.mutate(
      {},
      {
        onSuccess: () => showToast(t('Searched for accelerators.')),
        onError: showErrorToast,
      },
    );
  return (
    <>
      <div className="accelerators__bar">
        <p className="soft">
          {t('What reads the images. Where no device is attached, this computer does.')}
        </p>
        {may('accelerators.rescan') && (
          <Button icon="refresh" busy={rescan.isPending} onClick={search}>
            {t('Search for devices')}
          </Button>
        )}
      </div>
      <ErrorNotice error={overview.error} onRetry={() => void overview.refetch()} />
      {overview.isPending && <Loading what={t('the accelerators')} />}
      {may('accelerators.readingsToRepeat') && <ReadingsToRepeat />}
      {overview.data && <Overview overview={overview.data} />}
    </>
  );
}

function Overview({ overview }: { overview: AcceleratorOverview }) {
  const { accelerators, obstacles, policy } = overview;
  return (
    <div className="accelerators">
      <div className="accelerators__column">
        {accelerators.length === 0 && (
          <Section title={t('No accelerator')}>
            <p className="soft">{t('Nothing is running yet. Images are stored but not read.')}</p>
          </Section>
        )}
        {accelerators.map((accelerator) => (
          <AcceleratorCard key={accelerator.id} accelerator={accelerator} />
        ))}
      </div>
      <div className="accelerators__column">
        {obstacles.length > 0 && (
          <Section title={t('In the way')}>
            <Obstacles obstacles={obstacles} />
          </Section>
        )}
        <Section title={t('What reads')}>
          <PolicyChoice policy={policy} />
        </Section>
        <Section title={t('What happened')}>
          <Incidents />
        </Section>
      </div>
    </div>
  );
}
