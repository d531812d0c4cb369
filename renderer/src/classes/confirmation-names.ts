import type { Confirmation } from '../../../src/clinic/entities/index.ts';

/** How a diagnosis was confirmed. */
export const confirmationNames: Record<Confirmation, string> = {
  histology: 'Histology',
  'follow-up': 'Follow-up',
  consensus: 'Consensus of experts',
  clinical: 'Clinical impression',
};
