import { z } from 'zod';
import { name, passphraseStrength, user } from '../../clinic/entities/index.ts';
import { anyone, command, none, query, stream } from './procedures.ts';
import { passphrase } from './users.ts';

export const sessionState = z.discriminatedUnion('state', [
  /** Nothing has been created in this data folder. */
  z.object({ state: z.literal('no-clinic') }),
  z.object({
    state: z.literal('locked'),
    clinicName: z.string(),
    demo: z.boolean(),
    userNames: z.array(z.string()),
  }),
  z.object({ state: z.literal('unlocked'), clinicName: z.string(), demo: z.boolean(), user }),
]);
export type SessionState = z.infer<typeof sessionState>;

/** What about this computer endangers what is recorded. */
const surroundings = z.object({
  /** The network share that the data folder is on. */
  share: z.object({ kind: z.string(), folder: z.string() }).nullable(),
  /** The computer's clock is behind what the open clinic's newest records say. */
  clockBehind: z.object({ now: z.string(), recordedAt: z.string() }).nullable(),
});
export type Surroundings = z.infer<typeof surroundings>;

export const sessionProcedures = {
  'session.state': query(anyone, none, sessionState),
  'session.surroundings': query(anyone, none, surroundings),
  /** Makes the database, its first user (an administrator) and its recovery key, and unlocks it. */
  'session.createClinic': command(
    anyone,
    z.object({
      clinicName: name,
      userName: name.max(100),
      passphrase,
    }),
    z.object({ recoveryKey: z.string(), session: sessionState }),
  ),
  /** Opens the demo clinic, making it first if need be: invented patients, drawn images. */
  'session.openDemo': command(anyone, none, sessionState),
  /** While the demo clinic is being drawn. */
  'session.demoProgress': stream(
    anyone,
    none,
    z.object({ imagesDone: z.int(), imagesInAll: z.int() }),
  ),
  'session.unlock': command(anyone, z.object({ userName: z.string(), passphrase }), sessionState),
  /** Unlocks by the printed recovery key and gives `userName` a new passphrase. */
  'session.recover': command(
    anyone,
    z.object({ recoveryKey: z.string(), userName: z.string(), newPassphrase: passphrase }),
    sessionState,
  ),
  /** Of a passphrase that is being chosen, as it is judged when it is used. Below 2 it is refused. */
  'session.passphraseStrength': query(
    anyone,
    z.object({ passphrase: z.string().max(1000), names: z.array(z.string().max(200)).max(5) }),
    passphraseStrength,
  ),
  /** Locks this screen. */
  'session.lock': command(anyone, none, sessionState),
  /** Locks every screen, as when the computer is locked. */
  'session.lockAll': command(anyone, none, sessionState),
  /**
   * Somebody is at this screen. From the first of these on, it is locked when none has come for as
   * long as the clinic's settings say.
   */
  'session.active': command(anyone, none, none),
  /** How soon it will be locked for want of `session.active`; null once somebody is there again. */
  'session.idle': stream(anyone, none, z.object({ locksInMs: z.number().nullable() })),
  /** Leaves the demo clinic for the clinic's own database. */
  'session.leaveDemo': command(anyone, none, sessionState),
} as const;
