import {
  MutationCache,
  QueryCache,
  QueryClient,
  QueryClientProvider,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from 'react';
import type {
  ConnectionStatus,
  StationCall,
  StationConnection,
  StationInput,
  StationOutput,
} from './connection.ts';
import { errorCode } from './errors.ts';
import { useFreshness } from './freshness.ts';

const StationContext = createContext<StationConnection | undefined>(undefined);

export function StationProvider(props: { station: StationConnection; children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  return (
    <StationContext value={props.station}>
      <QueryClientProvider client={queryClient}>
        <Freshness station={props.station} />
        {props.children}
      </QueryClientProvider>
    </StationContext>
  );
}

function Freshness({ station }: { station: StationConnection }) {
  useFreshness(station);
  return null;
}

/** The station pushes what changed, so nothing is fetched again on a timer or on focus. */
function makeQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (errorCode(error) === 'locked')
      void queryClient.invalidateQueries({ queryKey: ['session.state'] });
  };
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 60_000,
        retry: false,
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  return queryClient;
}

export function useStation(): StationConnection {
  const station = useContext(StationContext);
  if (!station) throw new Error('useStation outside of StationProvider');
  return station;
}

export function useConnectionStatus(): ConnectionStatus {
  const station = useStation();
  return useSyncExternalStore(station.onStatusChange, station.status);
}

/** Whether the station is there and has not answered for some seconds. */
export function useStationIsSilent(): boolean {
  const station = useStation();
  return useSyncExternalStore(station.onStatusChange, station.isSilent);
}

export function useStationQuery<K extends StationCall>(
  name: K,
  input: StationInput<K>,
  options: { enabled?: boolean; keepPrevious?: boolean } = {},
): UseQueryResult<StationOutput<K>> {
  const station = useStation();
  return useQuery<StationOutput<K>>({
    queryKey: [name, input],
    queryFn: ({ signal }) => station.call(name, input, { signal }),
    enabled: options.enabled ?? true,
    ...(options.keepPrevious && {
      placeholderData: ((previous: StationOutput<K> | undefined) => previous) as never,
    }),
  });
}

/** A command for a button or a form: `mutate(input)`, `isPending`, `error`. */
export function useStationCommand<K extends StationCall>(name: K) {
  const station = useStation();
  return useMutation<StationOutput<K>, unknown, StationInput<K>>({
    mutationKey: [name],
    mutationFn: (input) => station.call(name, input),
  });
}
