import type { OpinionRequest, ReviewDetails } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { navigate } from '../routing/routes.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { showToast } from '../ui/toasts.tsx';

/** What is said with the form: a review, its correction, an answer to a colleague, a consensus. */
export type Purpose =
  | { readonly kind: 'review' | 'correction' }
  | { readonly kind: 'opinion' | 'consensus'; readonly opinionId: string };

export const saveTexts: Record<Purpose['kind'], string> = {
  review: t('Save review'),
  correction: t('Save review'),
  opinion: t('Save opinion'),
  consensus: t('Save consensus'),
};

interface SaveProps {
  imageId: string;
  readingId: string | null;
  purpose: Purpose;
  nextImageId: string | undefined;
  onSaved: () => void;
}

/** Saves what was said, and goes where one goes on from it. */
export function useSaveReview({ imageId, readingId, purpose, nextImageId, onSaved }: SaveProps) {
  const save = useStationCommand('reviews.save');
  const answer = useStationCommand('secondOpinions.answer');
  const settle = useStationCommand('secondOpinions.settle');
  const stay = (text: string) => {
    showToast(text);
    onSaved();
  };
  const reviewed = (request: OpinionRequest | undefined) => {
    if (purpose.kind === 'correction') return stay(t('Correction saved.'));
    const saved = request ? t('Review saved, and a colleague asked.') : t('Review saved.');
    showToast(nextImageId ? saved : t('{saved} Nothing more of the worklist waits.', { saved }), {
      label: t('Back to it'),
      run: () => navigate({ screen: 'image', imageId }),
    });
    navigate(nextImageId ? { screen: 'image', imageId: nextImageId } : { screen: 'worklist' });
  };
  // What goes wrong is in `error`. It goes on even if the form is gone by then, because the image
  // counts as reviewed already.
  const run = async (details: ReviewDetails, request: OpinionRequest | undefined) => {
    if (purpose.kind === 'opinion') {
      const { opinionId } = purpose;
      const saved = await answer.mutateAsync({ opinionId, details });
      stay(
        saved.answer?.differs
          ? t('Opinion saved: the two differ.')
          : t('Opinion saved: you agree.'),
      );
    } else if (purpose.kind === 'consensus') {
      await settle.mutateAsync({ opinionId: purpose.opinionId, readingId, details });
      stay(t('Consensus recorded.'));
    } else {
      await save.mutateAsync({ imageId, readingId, details, ...(request && { request }) });
      reviewed(request);
    }
  };
  return {
    save: (details: ReviewDetails, request: OpinionRequest | undefined) =>
      void run(details, request).catch(() => {}),
    isPending: save.isPending || answer.isPending || settle.isPending,
    error: save.error ?? answer.error ?? settle.error,
  };
}
