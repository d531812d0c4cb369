import { useState } from 'react';
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
        Spikes and energy
      </Button>
    );
  if (error) return <ErrorNotice error={error} />;
  if (!data) return <Loading what="the spikes" />;
  const { views, layers, energy } = data;
  const count = (value: number) => Math.round(value).toLocaleString();
  return (
    <div className="work">
      <p className="faint">
        {views === 1 ? 'One view of the image was' : `${views} views of the image were`} read,
        turned and mirrored; the spikes are of all of them. Estimated, not measured: some{' '}
        {count(energy.totalUj)} µJ with every weight and potential from local memory,{' '}
        {count(energy.arithmeticUj)} µJ by arithmetic alone; {count(energy.denseUj)} µJ were nothing
        saved by silence. {energy.model}; {energy.source}. Left out: {energy.leavesOut}.
      </p>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <th scope="col" className="table__number">
                Spikes read
              </th>
              <th scope="col" className="table__number">
                Silent
              </th>
              <th scope="col" className="table__number">
                Operations
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
