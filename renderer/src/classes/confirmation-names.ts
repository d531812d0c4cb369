import type { Confirmation } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';

/** How a diagnosis was confirmed. */
export const confirmationNames: Record<Confirmation, string> = {
  histology: t('Histology'),
  'follow-up': t('Follow-up'),
  consensus: t('Consensus of experts'),
  clinical: t('Clinical impression'),
};

/** As they stand after what it is: "mel, histology". */
export const confirmationWords: Record<Confirmation, string> = {
  histology: t('histology'),
  'follow-up': t('follow-up'),
  consensus: t('consensus of experts'),
  clinical: t('clinical impression'),
};
