import { isUnsettled, type SecondOpinion } from '../../../src/clinic/entities/index.ts';

type OpinionStateKind = 'awaited' | 'withdrawn' | 'agrees' | 'differs' | 'settled';

/** What became of a request, in a word. */
export function opinionState(opinion: SecondOpinion): { kind: OpinionStateKind; text: string } {
  if (opinion.withdrawn) return { kind: 'withdrawn', text: 'Withdrawn' };
  if (!opinion.answer) return { kind: 'awaited', text: 'Awaited' };
  if (!opinion.answer.differs) return { kind: 'agrees', text: 'Agrees' };
  return isUnsettled(opinion)
    ? { kind: 'differs', text: 'Differs' }
    : { kind: 'settled', text: 'Consensus recorded' };
}
