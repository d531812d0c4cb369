import type { Handlers } from '../../processes/channel.ts';
import { passphraseStrength } from '../../store/index.ts';
import { Broadcast } from '../changes.ts';
import type { sessionProcedures } from '../contract/session.ts';
import { demoAcceleratorReady } from '../demo/accelerator.ts';
import { demoImageCount, openDemoClinic } from '../demo/demo.ts';
import type { StationContext } from './context.ts';

export function sessionHandlers({
  clinics,
  session,
  importer,
  decoder,
  bridge,
  changed,
}: StationContext): Handlers<typeof sessionProcedures> {
  const demoProgress = new Broadcast<{ imagesDone: number; imagesInAll: number }>();

  const entered = () => {
    changed.emit(['session']);
    return session.state();
  };

  return {
    'session.state': () => session.state(),
    'session.surroundings': () => session.surroundings(),
    'session.createClinic': async ({ clinicName, userName, passphrase }) => {
      const recoveryKey = await session.create(clinicName, userName, passphrase);
      return { recoveryKey, session: entered() };
    },
    'session.openDemo': async () => {
      const acceleratorReady = (signal: AbortSignal) => demoAcceleratorReady(bridge, signal);
      const parts = { session, importer, decoder, acceleratorReady };
      await openDemoClinic(parts, (imagesDone) =>
        demoProgress.emit({ imagesDone, imagesInAll: demoImageCount }),
      );
      return entered();
    },
    'session.demoProgress': (_, emit) => demoProgress.subscribe(emit),
    'session.unlock': async ({ userName, passphrase }) => {
      await session.unlock(userName, passphrase);
      return entered();
    },
    'session.recover': async ({ recoveryKey, userName, newPassphrase }) => {
      await session.recover(recoveryKey, userName, newPassphrase);
      return entered();
    },
    'session.passphraseStrength': ({ passphrase, names }) =>
      passphraseStrength(passphrase, [
        ...names,
        clinics.info()?.clinicName ?? '',
        session.isUnlocked ? session.user.name : '',
      ]),
    'session.lock': () => {
      session.lock();
      return session.state();
    },
    'session.lockAll': () => {
      clinics.lockAll();
      return session.state();
    },
    'session.active': () => {
      if (session.isUnlocked) session.idleLock.active(session.store.settings.get().lockAfterMs);
      return {};
    },
    'session.idle': (_, emit) => session.idleLock.warnings.subscribe(emit),
    'session.leaveDemo': () => {
      session.leaveDemo();
      changed.emit(['session']);
      return session.state();
    },
  };
}
