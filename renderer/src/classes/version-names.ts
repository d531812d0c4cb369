import type { HeadState, HeadVersion } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';

export const stateNames: Record<HeadState, string> = {
  evaluated: t('To be approved'),
  approved: t('Approved'),
  active: t('Reads now'),
  retired: t('Retired'),
  erased: t('Erased'),
};

export const learnerNames: Record<HeadVersion['learner'], string> = {
  analytic: t('all classes learned anew'),
  extension: t('the shipped classes kept as they are'),
  prototype: t('nearest class means'),
  edge: t('one-bit neurons'),
};
