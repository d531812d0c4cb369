import type { HeadState, HeadVersion } from '../../../src/clinic/entities/index.ts';

export const stateNames: Record<HeadState, string> = {
  evaluated: 'To be approved',
  approved: 'Approved',
  active: 'Reads now',
  retired: 'Retired',
  erased: 'Erased',
};

export const learnerNames: Record<HeadVersion['learner'], string> = {
  analytic: 'all classes learned anew',
  extension: 'the shipped classes kept as they are',
  prototype: 'nearest class means',
  edge: 'one-bit neurons',
};
