import { useEffect, useState } from 'react';
import { useStation } from '../station/use-station.tsx';

/** What became of looking for writing in a picture. */
type Found = 'writing' | 'none' | 'failed';

/** Has pictures looked through for writing, one after the other, so that imports go on between them. */
export function useWriting(imageIds: readonly string[]) {
  const station = useStation();
  const [found, setFound] = useState<ReadonlyMap<string, Found>>(new Map());
  const next = imageIds.find((id) => !found.has(id));
  useEffect(() => {
    if (next === undefined) return;
    const abort = new AbortController();
    const note = (what: Found) => setFound((before) => new Map(before).set(next, what));
    station.call('sharing.findWriting', { imageId: next }, { signal: abort.signal }).then(
      (parts) => note(parts.length > 0 ? 'writing' : 'none'),
      () => !abort.signal.aborted && note('failed'),
    );
    return () => abort.abort();
  }, [station, next]);
  const those = (what: Found) => imageIds.filter((id) => found.get(id) === what);
  return {
    lookedThrough: imageIds.filter((id) => found.has(id)).length,
    withWriting: new Set(those('writing')),
    failed: those('failed').length,
  };
}
