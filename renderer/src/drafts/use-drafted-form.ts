import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormDraft } from '../../../src/clinic/entities/index.ts';

import type { FormDraftKey } from '../../../src/station/contract/index.ts';
import type { StationConnection } from '../station/connection.ts';
import { useStation } from '../station/use-station.tsx';
import { draftKeeper } from './draft-keeper.ts';
import { isSame, type Reconciled, reconcile } from './reconcile.ts';

type Form = FormDraft['form'];
export type DraftOf<F extends Form> = Extract<FormDraft, { form: F }>;

/** What the form is about as it is now; `revision` is null for what is yet to be made. */
export interface FormSubject<D> {
  readonly revision: number | null;
  readonly details: D;
}

/** What somebody changed while this form was open, or since its draft was begun. */
export type Meanwhile<D> = Pick<Reconciled<D>, 'takenOver' | 'disputed'> & { readonly now: D };

export interface DraftedForm<D> {
  readonly details: D;
  readonly set: (change: Partial<D>) => void;
  /** What the edit began from, to be saved with it; null for what is yet to be made. */
  readonly revision: number | null;
  readonly isChanged: boolean;
  /** It holds what was typed on an earlier occasion. */
  readonly isTakenUp: boolean;
  readonly meanwhile: Meanwhile<D> | undefined;
  readonly takeTheirs: (field: keyof D) => void;
  readonly beginAnew: () => void;
  /** It was saved, or is thrown away: nothing is kept of it. */
  readonly end: () => void;
}

/** The person's draft of a form; undefined while it is fetched, null where there is none. */
export function useKeptDraft<F extends Form>(key: FormDraftKey & { form: F }, isWanted = true) {
  const station = useStation();
  const [unkept] = useState(() => draftKeeper.unkept(keeperKey(key)));
  const query = useQuery({
    queryKey: ['formDrafts.get', key],
    queryFn: ({ signal }) => station.call('formDrafts.get', key, { signal }),
    staleTime: 0,
    gcTime: 0,
    enabled: isWanted && unkept === undefined,
  });
  if (!isWanted) return null;
  if (unkept !== undefined) return unkept as DraftOf<F> | null;
  // A draft that cannot be had is no reason not to open the form.
  return query.isPending ? undefined : ((query.data ?? null) as DraftOf<F> | null);
}

/** The content of a form that is kept as a draft as it grows, and joined with what others change. */
export function useDraftedForm<D extends object>(
  key: FormDraftKey,
  subject: FormSubject<D>,
  kept: { readonly details: D; readonly begunFrom: FormSubject<D> | null } | null,
): DraftedForm<D> {
  const [base, setBase] = useState(kept?.begunFrom ?? subject);
  const [details, setDetails] = useState(kept?.details ?? subject.details);
  const [isTakenUp, setTakenUp] = useState(kept !== null);
  const [meanwhile, setMeanwhile] = useState<Meanwhile<D>>();

  const keep = (next: D, from: FormSubject<D>) => {
    const begunFrom =
      from.revision === null ? null : { revision: from.revision, details: from.details };
    const draft = isSame(next, from.details)
      ? null
      : ({ form: key.form, details: next, begunFrom } as unknown as FormDraft);
    keepFormDraft(key, draft);
  };

  if (base.revision !== subject.revision) {
    const joined = reconcile(base.details, details, subject.details);
    setBase(subject);
    setDetails(joined.details);
    const takenOver = [...(meanwhile?.takenOver ?? []), ...joined.takenOver];
    // One's own change, saved just now, is none of somebody else's.
    const isForeign = takenOver.length + joined.disputed.length > 0;
    if (isForeign) setMeanwhile({ takenOver, disputed: joined.disputed, now: subject.details });
  }

  const change = (next: D) => {
    setDetails(next);
    keep(next, base);
  };
  return {
    details,
    set: (part) => change({ ...details, ...part }),
    revision: base.revision,
    isChanged: !isSame(details, base.details),
    isTakenUp,
    meanwhile,
    takeTheirs: (field) => {
      change({ ...details, [field]: subject.details[field] });
      setMeanwhile(
        meanwhile && {
          ...meanwhile,
          disputed: meanwhile.disputed.filter((each) => each !== field),
        },
      );
    },
    beginAnew: () => {
      setTakenUp(false);
      change(subject.details);
    },
    end: () => {
      keepFormDraft(key, null);
      draftKeeper.flush();
    },
  };
}

/** Keeps what is typed, in place of the draft before; null ends it. */
export function keepFormDraft(key: FormDraftKey, draft: FormDraft | null): void {
  draftKeeper.put(keeperKey(key), draft, sendDraft(key, draft));
}

const sendDraft = (key: FormDraftKey, draft: FormDraft | null) => (station: StationConnection) =>
  station.call('formDrafts.keep', { ...key, draft });

const keeperKey = ({ form, subjectId }: FormDraftKey): string => `form ${form} ${subjectId ?? ''}`;
