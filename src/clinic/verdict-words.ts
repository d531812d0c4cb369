import { t } from '../language/index.ts';
import type { VerdictKind, VerdictReason } from './entities/index.ts';

/** The words of a verdict, the same in every chip and on the command line. */
export const verdictNames: Readonly<Record<VerdictKind, string>> = {
  suspicious: t('Suspicious'),
  unclear: t('Unclear'),
  'no-sign': t('No sign of malignancy'),
  unusable: t('Picture unusable'),
};

/** As the reading's card and the command line say it: with what follows from it. */
export const verdictHeadlines: Readonly<Record<VerdictKind, string>> = {
  suspicious: t('Suspicious: examine'),
  unclear: t('Unclear: not ruled out'),
  'no-sign': t('No sign of malignancy found'),
  unusable: t('Picture unusable: retake'),
};

/** Each reason in a few words. */
export const reasonNames: Readonly<Record<VerdictReason, string>> = {
  blurred: t('blurred'),
  'too-dark': t('too dark'),
  'too-bright': t('too bright'),
  'too-small': t('too few pixels'),
  'little-skin': t('little skin'),
  'small-lesion': t('the lesion is small in the picture'),
  melanoma: t('melanoma likely enough to be examined'),
  malignancy: t('malignant and pre-malignant classes together likely enough to be examined'),
  'malignant-class-first': t('the most likely class is malignant or pre-malignant'),
  unfamiliar: t('unlike the pictures that the network learned from'),
  'no-benign-class-fits': t('no benign class fits'),
  uncalibrated: t('a network whose probabilities were not calibrated'),
  'malignant-class-possible': t('a malignant or pre-malignant class is not excluded'),
};
