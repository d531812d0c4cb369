import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { Cursor } from '../../../src/clinic/entities/index.ts';
import type { StationInput, StationOutput } from '../station/connection.ts';
import { useStation } from '../station/use-station.tsx';

type PagedCall = 'patients.search';

/** Whoever comes back to a list within so long finds the pages that were there. */
const keptMs = 3_600_000;

/** A list's pages, fetched one after the other as they are asked for. */
export function useStationPages<K extends PagedCall>(
  name: K,
  input: Omit<StationInput<K>, 'after' | 'limit'>,
) {
  const station = useStation();
  return useInfiniteQuery({
    queryKey: [name, input, 'pages'],
    queryFn: ({ pageParam, signal }): Promise<StationOutput<K>> =>
      station.call(name, { ...input, after: pageParam } as StationInput<K>, { signal }),
    initialPageParam: null as Cursor | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    gcTime: keptMs,
  });
}
