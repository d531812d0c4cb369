import { useStationQuery } from '../station/use-station.tsx';
import { arrange, useWorklistView } from '../worklist/view.ts';

/** Where an image stands in the worklist as it is looked at just now. */
export interface Neighbours {
  readonly previous: string | undefined;
  readonly next: string | undefined;
  /** Which one to go to once this one is reviewed: the next, else the first that is left. */
  readonly afterThis: string | undefined;
  /** For example "3 of 12". */
  readonly position: string | undefined;
}

export function useNeighbours(imageId: string): Neighbours {
  const view = useWorklistView();
  const { data } = useStationQuery('worklist.list', {});
  const ids = data ? arrange(data, view).map(({ image }) => image.id) : [];
  const index = ids.indexOf(imageId);
  const next = ids[index + 1];
  return {
    previous: index > 0 ? ids[index - 1] : undefined,
    next,
    afterThis: next ?? ids.find((id) => id !== imageId),
    position: index === -1 ? undefined : `${index + 1} of ${ids.length}`,
  };
}
