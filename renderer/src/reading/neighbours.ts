import { t } from '../../../src/language/index.ts';
import { useLook } from '../lists/use-look.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { worklist } from '../worklist/view.ts';

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
  const look = useLook(worklist);
  const isKnown = look !== null;
  const around = useStationQuery('worklist.around', { ...look, imageId }, { enabled: isKnown });
  const { previous, next, position, images = 0 } = around.data ?? {};
  const isLast = next === null;
  const first = useStationQuery('worklist.page', { ...look, limit: 1 }, { enabled: isLast });
  const left = isLast ? first.data?.entries[0]?.image.id : undefined;
  return {
    previous: previous ?? undefined,
    next: next ?? undefined,
    afterThis: next ?? (left === imageId ? undefined : left),
    position: position ? t('{position} of {images}', { position, images }) : undefined,
  };
}
