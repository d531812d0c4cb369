import { useState } from 'react';
import { locale, t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { formatPercent } from '../wording/readings.ts';
import '../ui/table.css';

/** The views, the spikes of each layer and the energy by published constants, on request. */
export function Work({ imageId }: { imageId: string }) {
  const [isAsked, setAsked] = useState(false);
  const { data, error } = useStationQuery('readings.explain', { imageId }, { enabled: isAsked });
  if (!isAsked)
    return (
      <Button small onClick={() => setAsked(true)}>
        {t('Spikes and energy')}
      </Button>
    );
  if (error) return <ErrorNotice error={error} />;
  if (!data) return <Loading what={t('the spikes')} />;
  const { views, layers, energy } = data;
  const count = (value: number) => Math.round(value).toLocaleString(locale());
  return (
    <div className="work">
      <p className="faint">
        {t(
          '{views, plural, one {One view of the image was} other {# views of the image were}} read, turned and mirrored; the spikes are of all of them. Estimated, not measured: some {localMemory} µJ with every weight and potential from local memory, {arithmetic} µJ by arithmetic alone; {dense} µJ were nothing saved by silence. {model}; {source}. Left out: {leavesOut}.',
          {
            views,
            localMemory: count(energy.totalUj),
            arithmetic: count(energy.arithmeticUj),
            dense: count(energy.denseUj),
            model: energy.model,
            source: energy.source,
            leavesOut: energy.leavesOut,
          },
        )}
      </p>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('Layer')}</th>
              <th scope="col" className="table__number">
                {t('Spikes read')}
              </th>
              <th scope="col" className="table__number">
                {t('Silent')}
              </th>
              <th scope="col" className="table__number">
                {t('Operations')}
              </th>
            </tr>
          </thead>
          <tbody>
            {layers.map(({ layer, events, sparsity, synapticOperations }) => (
              <tr key={layer}>
                <th scope="row">{layer}</th>
                <td className="table__number">{count(events)}</td>
                <td className="table__number">{formatPercent(sparsity)}</td>
                <td className="table__number">{count(synapticOperations)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
