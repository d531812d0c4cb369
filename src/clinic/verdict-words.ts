import type { VerdictKind, VerdictReason } from './entities/index.ts';

/** The words of a verdict, the same in every chip and on the command line. */
export const verdictNames: Readonly<Record<VerdictKind, string>> = {
  suspicious: 'Suspicious',
  unclear: 'Unclear',
  'no-sign': 'No sign of malignancy',
  unusable: 'Picture unusable',
};

/** As the reading's card and the command line say it: with what follows from it. */
export const verdictHeadlines: Readonly<Record<VerdictKind, string>> = {
  suspicious: 'Suspicious: examine',
  unclear: 'Unclear: not ruled out',
  'no-sign': 'No sign of malignancy found',
  unusable: 'Picture unusable: retake',
};

/** Each reason in a few words. */
export const reasonNames: Readonly<Record<VerdictReason, string>> = {
  blurred: 'blurred',
  'too-dark': 'too dark',
  'too-bright': 'too bright',
  'too-small': 'too few pixels',
  'little-skin': 'little skin',
  'small-lesion': 'the lesion is small in the picture',
  melanoma: 'melanoma likely enough to be examined',
  malignancy: 'malignant and pre-malignant classes together likely enough to be examined',
  'malignant-class-first': 'the most likely class is malignant or pre-malignant',
  unfamiliar: 'unlike the pictures that the network learned from',
  'no-benign-class-fits': 'no benign class fits',
  uncalibrated: 'a network whose probabilities were not calibrated',
  'malignant-class-possible': 'a malignant or pre-malignant class is not excluded',
};
