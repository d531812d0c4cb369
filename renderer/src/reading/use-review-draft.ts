import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Review, ReviewDraft } from '../../../src/clinic/entities/index.ts';
import { draftKeeper } from '../drafts/draft-keeper.ts';
import type { StationOutput } from '../station/connection.ts';

const emptyDraft: ReviewDraft = {
  impression: null,
  decision: null,
  dueOn: null,
  firstImpression: null,
  overrideReason: null,
  note: '',
};

export interface ReviewDrafting {
  readonly draft: ReviewDraft;
  readonly change: (part: Partial<ReviewDraft>) => void;
  /** The impression; the first one before the reading is shown is kept as that. */
  readonly chooseImpression: (impression: string) => void;
  /** Begins from a review that is to be corrected; it is a draft once something is changed. */
  readonly beginFrom: (review: Review) => void;
  /** Empties it, also where it is kept. */
  readonly clear: () => void;
  /** Keeps the latest change now. */
  readonly keep: () => void;
  /** It holds what was said on an earlier occasion. */
  readonly isTakenUp: boolean;
}

/**
 * A review that is begun and not saved. It is kept among the clinic's records as it grows, so that
 * neither a lock nor a crash nor a look at another image loses it.
 * @param isReadingHeldBack until an impression is chosen
 */
export function useReviewDraft(
  imageId: string,
  kept: ReviewDraft | null,
  isReadingHeldBack: boolean,
): ReviewDrafting {
  const queryClient = useQueryClient();
  const key = `review ${imageId}`;
  const [draft, setDraft] = useState(
    () => (draftKeeper.unkept(key) as ReviewDraft | undefined) ?? kept ?? emptyDraft,
  );
  const [isTakenUp, setTakenUp] = useState(!isEmptyDraft(draft));

  const set = (next: ReviewDraft) => {
    setDraft(next);
    draftKeeper.put(key, next, (station) =>
      station.call('reviews.keepDraft', { imageId, draft: next }),
    );
    queryClient.setQueryData(
      ['images.get', { imageId }],
      (record: StationOutput<'images.get'> | undefined) => record && { ...record, draft: next },
    );
  };
  return {
    draft,
    change: (part) => set({ ...draft, ...part }),
    chooseImpression: (impression) =>
      set({
        ...draft,
        impression,
        firstImpression:
          isReadingHeldBack && draft.impression === null ? impression : draft.firstImpression,
      }),
    beginFrom: ({ impression, decision, dueOn, firstImpression, overrideReason, note }) =>
      setDraft({ impression, decision, dueOn, firstImpression, overrideReason, note }),
    clear: () => {
      setTakenUp(false);
      set(emptyDraft);
    },
    keep: draftKeeper.flush,
    isTakenUp,
  };
}

export function isEmptyDraft({ impression, decision, note }: ReviewDraft): boolean {
  return impression === null && decision === null && note.trim() === '';
}
