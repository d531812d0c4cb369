import { perLocale, t } from '../../language/index.ts';
import {
  type AcceleratorIdentity,
  type Decision,
  type Gravity,
  gravity as gravitySchema,
  type QualityWarning,
} from '../entities/index.ts';
import { fixedText } from './numbers.ts';

/** The classes of HAM10000 in plain words. */
const classWords: Readonly<Record<string, string>> = {
  mel: t('Skin cancer that can spread'),
  bcc: t('Common skin cancer that rarely spreads'),
  akiec: t('Sun damage that can turn into cancer'),
  bkl: t('Harmless age spot or wart-like growth'),
  df: t('Harmless firm nodule'),
  nv: t('Ordinary mole'),
  vasc: t('Blood-vessel growth or bleeding'),
};

export const gravityNames: Record<Gravity, string> = {
  malignant: t('Malignant'),
  'pre-malignant': t('Pre-malignant'),
  benign: t('Benign'),
};

/** As they stand within a sentence. */
export const gravityWords: Record<Gravity, string> = {
  malignant: t('malignant'),
  'pre-malignant': t('pre-malignant'),
  benign: t('benign'),
};

/** The chances added up by how serious their classes are. */
export function gravityShares(
  probabilities: readonly { gravity: Gravity; probability: number }[],
): { gravity: Gravity; share: number }[] {
  return gravitySchema.options.map((gravity) => ({
    gravity,
    share: probabilities
      .filter((entry) => entry.gravity === gravity)
      .reduce((sum, { probability }) => sum + probability, 0),
  }));
}

/** The order in which a clinician thinks of the classes: what must not be missed first. */
const clinicalOrder = ['mel', 'bcc', 'akiec', 'nv', 'bkl', 'df', 'vasc'];

export function inClinicalOrder<T extends { code: string; gravity: Gravity }>(
  classes: readonly T[],
): T[] {
  const { options } = gravitySchema;
  const rank = ({ code }: T) =>
    clinicalOrder.includes(code) ? clinicalOrder.indexOf(code) : clinicalOrder.length;
  return classes.toSorted(
    (a, b) => options.indexOf(a.gravity) - options.indexOf(b.gravity) || rank(a) - rank(b),
  );
}

/** What a class is in plain words, then what its name says in brackets. */
export function classHint({ code, name }: { code: string; name: string }): string {
  const examples = name.match(/\((.*)\)/)?.[1];
  return [classWords[code], examples].filter(Boolean).join(': ');
}

/** The shipped networks' classes, by what their model cards call them. */
const shippedClasses = perLocale(
  (): Readonly<Record<string, string>> => ({
    'Actinic keratosis / intraepithelial carcinoma': t(
      'Actinic keratosis / intraepithelial carcinoma',
    ),
    'Basal cell carcinoma': t('Basal cell carcinoma'),
    'Benign keratosis': t('Benign keratosis'),
    Dermatofibroma: t('Dermatofibroma'),
    Melanoma: t('Melanoma'),
    'Melanocytic naevus': t('Melanocytic naevus'),
    'Vascular lesion': t('Vascular lesion'),
  }),
);

/** A class's name without what it says in brackets; a clinic's own classes are called as it named them. */
export function shortClassName(name: string): string {
  const short = name.replace(/ \(.*\)$/, '');
  const shipped = shippedClasses();
  return Object.hasOwn(shipped, short) ? (shipped[short] ?? short) : short;
}

/** Chances are shown without false precision; what is not nothing is not shown as nothing. */
export function formatPercent(probability: number): string {
  const percent = probability * 100;
  if (percent > 0 && percent < 1) return '<1\u00a0%';
  if (percent < 100 && percent > 99) return '>99\u00a0%';
  return `${Math.round(percent)}\u00a0%`;
}

export function formatMs(ms: number): string {
  return ms >= 1000 ? `${fixedText(ms / 1000, 1)} s` : `${fixedText(ms, ms < 10 ? 1 : 0)} ms`;
}

export const warningNames: Record<QualityWarning, string> = {
  blurred: t('Blurred'),
  'too-dark': t('Too dark'),
  'too-bright': t('Too bright'),
  'little-skin': t('Little skin'),
  'too-small': t('Too small'),
  'small-lesion': t('Lesion small'),
};

export const warningExplanations: Record<QualityWarning, string> = {
  blurred: t('Fine structures cannot be seen. Take the picture again with the lens in focus.'),
  'too-dark': t('Too little light. Take the picture again with the lamp on.'),
  'too-bright': t('Parts are washed out. Take the picture again with less light or less glare.'),
  'little-skin': t('Little of the picture looks like skin. Check that it shows the lesion.'),
  'too-small': t('The picture has too few pixels to show fine structures.'),
  'small-lesion': t('The lesion covers little of the picture. Take it again closer.'),
};

export const decisionNames: Record<Decision, string> = {
  'no-action': t('No action'),
  monitor: t('Monitor'),
  biopsy: t('Biopsy'),
  excise: t('Excise'),
  refer: t('Refer'),
};

export const acceleratorKind: Record<AcceleratorIdentity['kind'], string> = {
  emulator: t('Emulator on this computer'),
  device: t('Accelerator device'),
};

interface Named {
  readonly code: string;
  readonly name: string;
}

/** The name of one of these classes, without what it says in brackets; of others, the code. */
export function className(code: string, classes: readonly Named[]): string {
  return shortClassName(classes.find((known) => known.code === code)?.name ?? code);
}

/** The name of an impression: a class of the head, "other" or "unsure". */
export function impressionName(code: string, classes: readonly Named[]): string {
  if (code === 'other') return t('Other');
  if (code === 'unsure') return t('Unsure');
  return className(code, classes);
}
