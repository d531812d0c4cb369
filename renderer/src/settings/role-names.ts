import type { Role } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';

export const roleNames: Record<Role, string> = {
  administrator: t('Administrator'),
  clinician: t('Clinician'),
  assistant: t('Assistant'),
  steward: t('Steward'),
  reader: t('Reader'),
};

/** What each is for, in a sentence. */
export const roleMeanings: Record<Role, string> = {
  administrator: t('Everything, and manages the users and the clinic’s settings.'),
  clinician: t('Enrols, imports, reviews and decides; looks after devices and classes.'),
  assistant: t('Enrols patients, adds lesions and imports images. Decides nothing.'),
  steward: t('Looks after devices, classes and copies. Sees no patients.'),
  reader: t('Sees patients, images and reviews. Changes nothing.'),
};
