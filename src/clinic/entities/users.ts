import { z } from 'zod';
import { id, instant, name } from './primitives.ts';

export const role = z.enum(['clinician', 'administrator']);
export type Role = z.infer<typeof role>;

export const user = z.object({ id, name, role, createdAt: instant });
export type User = z.infer<typeof user>;
