import type { WaitingVerdict, WorklistView } from '../../../src/clinic/entities/index.ts';
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
  { by: 'patient', column: 'Patient', names: ['Patient, A to Z', 'Patient, Z to A'] },
  { by: 'site', column: 'Lesion', names: ['Site, head to toe', 'Site, toe to head'] },
  { by: 'verdict', column: 'Verdict', names: ['Suspicious first', 'Suspicious last'] },
  { by: 'imported', column: 'Imported', names: ['Newest first', 'Oldest first'] },
  { by: 'waiting', column: 'Waiting', names: ['Longest waiting first', 'Longest waiting last'] },
];
