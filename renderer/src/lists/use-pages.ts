import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { Cursor } from '../../../src/clinic/entities/index.ts';
import type { StationInput, StationOutput } from '../station/connection.ts';
import { useStation } from '../station/use-station.tsx';
import type { Kept } from './kept.ts';
import { type Place, usePlace } from './use-place.ts';

type PagedCall = 'patients.search' | 'worklist.page' | 'followUps.page';

/** Whoever comes back to a list within so long finds the pages that were there. */
const keptMs = 3_600_000;

/** A list's pages, fetched one after the other as they are asked for, and its place among them. */
export function useStationPages<K extends PagedCall>(
  name: K,
  input: Omit<StationInput<K>, 'after' | 'limit'> | null,
  place: Kept<Place>,
) {
  const station = useStation();
  const pages = useInfiniteQuery({
    queryKey: [name, input, 'pages'],
    queryFn: ({ pageParam, signal }): Promise<StationOutput<K>> =>
      station.call(name, { ...input, after: pageParam } as StationInput<K>, { signal }),
    enabled: input !== null,
    initialPageParam: null as Cursor | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    gcTime: keptMs,
  });
  usePlace(place, {
    isShown: pages.isSuccess && !pages.isPlaceholderData,
    pageCount: pages.data?.pages.length ?? 0,
    hasMore: pages.hasNextPage,
    isFetching: pages.isFetching,
    fetchMore: pages.fetchNextPage,
  });
  return pages;
}
