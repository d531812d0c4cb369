import { isUnsettled, type SecondOpinion } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';

type OpinionStateKind = 'awaited' | 'withdrawn' | 'agrees' | 'differs' | 'settled';

/** What became of a request, in a word. */
export function opinionState(opinion: SecondOpinion): { kind: OpinionStateKind; text: string } {
  if (opinion.withdrawn) return { kind: 'withdrawn', text: t('Withdrawn') };
  if (!opinion.answer) return { kind: 'awaited', text: t('Awaited') };
  if (!opinion.answer.differs) return { kind: 'agrees', text: t('Agrees') };
  return isUnsettled(opinion)
    ? { kind: 'differs', text: t('Differs') }
    : { kind: 'settled', text: t('Consensus recorded') };
}
