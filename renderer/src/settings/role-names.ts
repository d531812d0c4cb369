import type { Role } from '../../../src/clinic/entities/index.ts';

export const roleNames: Record<Role, string> = {
  clinician: 'Clinician',
  administrator: 'Administrator',
};
