import type { Role } from '../../../src/clinic/entities/index.ts';

export const roleNames: Record<Role, string> = {
  administrator: 'Administrator',
  clinician: 'Clinician',
  assistant: 'Assistant',
  steward: 'Steward',
  reader: 'Reader',
};

/** What each is for, in a sentence. */
export const roleMeanings: Record<Role, string> = {
  administrator: 'Everything, and manages the users and the clinic’s settings.',
  clinician: 'Enrols, imports, reviews and decides; looks after devices and classes.',
  assistant: 'Enrols patients, adds lesions and imports images. Decides nothing.',
  steward: 'Looks after devices, classes and copies. Sees no patients.',
  reader: 'Sees patients, images and reviews. Changes nothing.',
};
