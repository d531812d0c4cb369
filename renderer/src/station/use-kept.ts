import { useState } from 'react';
import type { StationCall, StationInput } from './connection.ts';
import { useStationCommand } from './use-station.tsx';

/**
 * A choice that the station keeps: shown at once when it is made, then as the station says; as before where the
 * station refuses it.
 * @param name the command that keeps it
 * @param kept what the station keeps; undefined until it has answered
 */
export function useKept<K extends StationCall, T extends StationInput<K> | undefined>(
  name: K,
  kept: T,
) {
  const set = useStationCommand(name);
  const [chosen, setChosen] = useState<{ value: StationInput<K>; over: T }>();
  const choose = (value: StationInput<K>) => {
    setChosen({ value, over: kept });
    set.mutate(value, { onError: () => setChosen(undefined) });
  };
  return { shown: chosen && chosen.over === kept ? chosen.value : kept, choose, error: set.error };
}
