import { locale, t } from '../../language/index.ts';
import type {
  Decision,
  FollowUp,
  FollowUpDue,
  FollowUpKind,
  HistologyDiagnosis,
  Lesion,
} from '../entities/index.ts';
import { closingReasonNames } from './anatomy.ts';
import { countText } from './counts.ts';
import { formatDay, localToday } from './dates.ts';

export const followUpNames: Record<FollowUpKind, string> = {
  monitor: t('Monitor'),
  biopsy: t('Biopsy pending'),
  excision: t('Excision pending'),
  referral: t('Referral pending'),
};

export const followUpDueNames: Record<FollowUpDue, string> = {
  overdue: t('Overdue'),
  soon: t('Due within 30 days'),
  later: t('Later'),
  undated: t('Without a date'),
};

/** What is asked for with each decision. */
export const dueQuestions: Record<Exclude<Decision, 'no-action'>, string> = {
  monitor: t('See it again on'),
  biopsy: t('Result expected by'),
  excise: t('Result expected by'),
  refer: t('Answer expected by'),
};

/** "monitored until 3 Mar 2027", "biopsy pending, result by 3 Mar 2027". */
export function awaitedText({ kind, dueOn }: Pick<FollowUp, 'kind' | 'dueOn'>): string {
  if (dueOn === null) return t('{kind}, no date given', { kind: followUpNames[kind] });
  return kind === 'monitor'
    ? t('Monitor until {day}', { day: formatDay(dueOn) })
    : t('{kind}, by {day}', { kind: followUpNames[kind], day: formatDay(dueOn) });
}

/** A lesion's status: closed and why, else the first that it waits for, else active. */
export function statusText(
  lesion: Lesion,
  awaited: readonly Pick<FollowUp, 'kind' | 'dueOn'>[],
): string {
  if (lesion.closure)
    return `${closingReasonNames[lesion.closure.reason]}, ${formatDay(lesion.closure.on)}`;
  return awaited.length > 0
    ? awaited.toSorted(gravestFirst).map(awaitedText).join('; ')
    : t('Active');
}

/** What a lesion's marker shows of it at a glance. */
export type LesionStatus = 'closed' | 'overdue' | 'awaited' | 'active';

export function lesionStatus(
  { closure }: Lesion,
  awaited: readonly Pick<FollowUp, 'dueOn'>[],
): LesionStatus {
  if (closure) return 'closed';
  if (awaited.some(({ dueOn }) => isOverdue(dueOn))) return 'overdue';
  return awaited.length > 0 ? 'awaited' : 'active';
}

const order: readonly FollowUpKind[] = ['biopsy', 'excision', 'referral', 'monitor'];
const gravestFirst = (a: Pick<FollowUp, 'kind'>, b: Pick<FollowUp, 'kind'>): number =>
  order.indexOf(a.kind) - order.indexOf(b.kind);

const dayMs = 86_400_000;

/** "12 days overdue", "due today", "in 5 days", "in 4 months". */
export function dueText(dueOn: string | null, today = localToday()): string {
  if (dueOn === null) return t('No date given');
  const days = Math.round((Date.parse(dueOn) - Date.parse(today)) / dayMs);
  if (days === 0) return t('Due today');
  if (days < 0) return t('{span} overdue', { span: spanOf(-days) });
  return t('In {span}', { span: spanOf(days) });
}

function spanOf(days: number): string {
  if (days < 60) return countText(days, 'day');
  if (days < 730) return countText(Math.round(days / 30.44), 'month');
  return countText(Math.floor(days / 365.25), 'year');
}

export const isOverdue = (dueOn: string | null, today = localToday()): boolean =>
  dueOn !== null && dueOn < today;

export const diagnosisNames: Record<HistologyDiagnosis, string> = {
  melanoma: t('Melanoma, invasive'),
  'melanoma-in-situ': t('Melanoma in situ'),
  bcc: t('Basal cell carcinoma'),
  scc: t('Squamous cell carcinoma, invasive'),
  'other-malignant': t('Another malignant tumour'),
  akiec: t('Actinic keratosis or Bowen’s disease'),
  naevus: t('Melanocytic naevus'),
  'dysplastic-naevus': t('Dysplastic naevus'),
  keratosis: t('Benign keratosis'),
  dermatofibroma: t('Dermatofibroma'),
  vascular: t('Vascular lesion'),
  'other-benign': t('Another benign finding'),
};

/** "Melanoma, invasive, Breslow 0.6 mm". */
export function findingText(finding: {
  diagnosis: HistologyDiagnosis;
  breslowMm: number | null;
}): string {
  const { diagnosis, breslowMm } = finding;
  return breslowMm === null
    ? diagnosisNames[diagnosis]
    : t('{diagnosis}, Breslow {breslowMm} mm', {
        diagnosis: diagnosisNames[diagnosis],
        breslowMm: breslowMm.toLocaleString(locale()),
      });
}
