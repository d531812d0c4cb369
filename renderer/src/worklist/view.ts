import type { WaitingVerdict, WorklistView } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { Kept } from '../lists/kept.ts';
import type { ListLook } from '../lists/use-look.ts';
import { newPlace } from '../lists/use-place.ts';
import { notReadName, type Verdict, verdictNames } from '../wording/verdict.ts';

/** How the worklist is looked at. The reading page goes to "next" and "previous" by it. */
export interface WorklistLook extends WorklistView {
  /** Finds patients. */
  readonly text: string;
  /** Lesions that were chosen to be gone through by themselves. */
  readonly only: string[] | null;
}

/** Everything, the most urgent first. */
export const everything: WorklistView = {
  sort: { by: 'verdict', reversed: false },
  verdicts: [],
  sites: [],
  overDays: null,
  begun: false,
};

export const worklist: ListLook<WorklistLook> = {
  list: 'worklist',
  initial: { ...everything, text: '', only: null },
  kept: new Kept<WorklistLook | null>(null),
  place: newPlace('worklist'),
  selected: new Kept<ReadonlySet<string>>(new Set()),
};

export const chipOf = (verdict: WaitingVerdict): Verdict | null =>
  verdict === 'not-read' ? null : verdict;

export function waitingVerdictName(verdict: WaitingVerdict): string {
  const shown = chipOf(verdict);
  return shown ? verdictNames[shown] : notReadName;
}

export const sorts: readonly {
  readonly by: WorklistView['sort']['by'];
  readonly column: string;
  /** As one asks for it first, and the other way round. */
  readonly names: readonly [string, string];
}[] = [
  { by: 'patient', column: t('Patient'), names: [t('Patient, A to Z'), t('Patient, Z to A')] },
  { by: 'site', column: t('Lesion'), names: [t('Site, head to toe'), t('Site, toe to head')] },
  { by: 'verdict', column: t('Verdict'), names: [t('Suspicious first'), t('Suspicious last')] },
  { by: 'imported', column: t('Imported'), names: [t('Newest first'), t('Oldest first')] },
  {
    by: 'waiting',
    column: t('Waiting'),
    names: [t('Longest waiting first'), t('Longest waiting last')],
  },
];
