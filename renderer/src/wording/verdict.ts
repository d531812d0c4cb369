import type {
  ClassProbability,
  Confidence,
  Reading,
  VerdictKind,
  VerdictReason,
} from '../../../src/clinic/entities/index.ts';
import { inSentence, t } from '../../../src/language/index.ts';
import { listText } from './lists.ts';
import { formatPercent, shortClassName, warningNames } from './readings.ts';

/** What a reading comes to. */
export type Verdict = VerdictKind;

export { verdictHeadlines, verdictNames } from '../../../src/clinic/verdict-words.ts';

export const notReadName = t('Not read');

/** The verdict of a reading; null where there is none. */
export function verdictOf(reading: Reading | null | undefined): Verdict | null {
  return reading?.verdict.kind ?? null;
}

/** Why a verdict came out so, and what to do about the picture. */
export const verdictReasonNames: Record<VerdictReason, string> = {
  blurred: t('The picture is blurred. Take it again with the lens in focus.'),
  'too-dark': t('The picture is too dark. Take it again with the lamp on.'),
  'too-bright': t('The picture is too bright. Take it again with less light or less glare.'),
  'too-small': t('The picture has too few pixels. Take it again closer or at full size.'),
  'little-skin': t('Little of the picture looks like skin. Check that it shows the lesion.'),
  'small-lesion': t(
    'The lesion is small in the picture. Take it again closer: the network is wrong about small ones more often.',
  ),
  melanoma: t('Melanoma is likely enough that it must not be missed.'),
  malignancy: t('Malignant and pre-malignant classes together are likely enough to be examined.'),
  'malignant-class-first': t('The most likely class is malignant or pre-malignant.'),
  unfamiliar: t(
    'The picture is unlike those that the network learned from: its reading may be wrong.',
  ),
  'no-benign-class-fits': t('None of the benign classes fits.'),
  uncalibrated: t('It is not known how far the probabilities of this network can be trusted.'),
  'malignant-class-possible': t('A malignant or pre-malignant class is not excluded.'),
};

/** Of a verdict of a reading that was made before there were verdicts. */
export const lateVerdictNote = t('Worked out later from what the reading said.');

/** What the verdict rests on: "Melanoma 37 %, melanocytic naevus 61 %"; "Blurred, too dark". */
export function verdictFigures({ verdict, probabilities }: Reading): string {
  const faults = verdict.reasons.filter((reason) => reason in warningNames);
  const parts =
    verdict.kind === 'unusable'
      ? faults.map((fault) => warningNames[fault as keyof typeof warningNames])
      : tellingClasses(verdict.kind, probabilities).map(
          ({ name, probability }) => `${shortClassName(name)} ${formatPercent(probability)}`,
        );
  return listText(parts.map((part, index) => (index === 0 ? part : inSentence(part))));
}

function tellingClasses(
  kind: VerdictKind,
  probabilities: readonly ClassProbability[],
): ClassProbability[] {
  const [first, second] = probabilities;
  const gravest = probabilities.find(({ gravity }) => gravity !== 'benign');
  const told =
    kind === 'suspicious' ? [gravest, first] : kind === 'unclear' ? [first, second] : [first];
  return [...new Set(told)].filter((entry) => entry !== undefined);
}

/** Told by the figures, or by the confidence, of the card: not said once more. */
const told: readonly VerdictReason[] = [
  'melanoma',
  'malignancy',
  'malignant-class-first',
  'unfamiliar',
];

/** The reasons that the card's figures do not tell by themselves. */
export const untoldReasons = ({ verdict }: Reading): VerdictReason[] =>
  verdict.reasons.filter((reason) => !told.includes(reason));

export const confidenceNames: Record<Confidence, string> = {
  sure: t('Sure'),
  leaning: t('Leaning'),
  undecided: t('Undecided'),
  unfamiliar: t('Unfamiliar'),
};

export const confidenceExplanations: Record<Confidence, string> = {
  sure: t('one class alone fits.'),
  leaning: t('one class fits best, and others are possible.'),
  undecided: t('several classes fit about equally.'),
  unfamiliar: t(
    'the picture is unlike those that the network learned from, so its reading may be wrong.',
  ),
};
