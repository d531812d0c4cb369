import { z } from 'zod';
import { role, user } from '../../clinic/entities/index.ts';
import { administrators, command, everyUser, none, query } from './procedures.ts';

export const passphrase = z.string().min(1).max(1000);

export const userProcedures = {
  'users.list': query(everyUser, none, z.array(user)),
  'users.add': command(
    administrators,
    z.object({ userName: z.string().trim().min(1).max(100), role, passphrase }),
    user,
  ),
} as const;
