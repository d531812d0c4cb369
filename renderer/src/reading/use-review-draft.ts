import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReviewDraft } from '../../../src/clinic/entities/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation } from '../station/use-station.tsx';

/** After the last change; typing is not sent letter by letter. */
const pauseMs = 500;

const emptyDraft: ReviewDraft = { impression: null, decision: null, note: '' };

export interface ReviewDrafting {
  readonly draft: ReviewDraft;
  readonly change: (part: Partial<ReviewDraft>) => void;
  /** Empties it, also where it is kept. */
  readonly clear: () => void;
  /** Keeps the latest change now. */
  readonly keep: () => void;
}

/**
 * A review that is begun and not saved. It is kept among the clinic's records as it grows, so that
 * neither a lock nor a crash nor a look at another image loses it.
 */
export function useReviewDraft(imageId: string, kept: ReviewDraft | null): ReviewDrafting {
  const station = useStation();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(kept ?? emptyDraft);
  const unkept = useRef<ReviewDraft>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const keep = useCallback(() => {
    clearTimeout(timer.current);
    const latest = unkept.current;
    if (!latest) return;
    unkept.current = undefined;
    station.call('reviews.keepDraft', { imageId, draft: latest }).catch(() => {
      unkept.current ??= latest; // With the next change.
    });
  }, [station, imageId]);
  useEffect(() => keep, [keep]);

  const set = (next: ReviewDraft) => {
    setDraft(next);
    unkept.current = next;
    clearTimeout(timer.current);
    timer.current = setTimeout(keep, pauseMs);
    queryClient.setQueryData(
      ['images.get', { imageId }],
      (record: StationOutput<'images.get'> | undefined) => record && { ...record, draft: next },
    );
  };
  return {
    draft,
    change: (part) => set({ ...draft, ...part }),
    clear: () => set(emptyDraft),
    keep,
  };
}

export function isEmptyDraft({ impression, decision, note }: ReviewDraft): boolean {
  return impression === null && decision === null && note.trim() === '';
}
