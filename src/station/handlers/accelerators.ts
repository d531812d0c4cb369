import type { Handlers } from '../../processes/channel.ts';
import { keepPolicy } from '../accelerator-settings.ts';
import type { acceleratorProcedures } from '../contract/accelerators.ts';
import { Veil } from '../veil.ts';
import type { StationContext } from './context.ts';
import { placedImageEntry } from './image-entry.ts';

/** As many as are read again in one go. */
const repeatLimit = 500;

/** What reads the images, and what of it must be read again. */
export function acceleratorHandlers({
  session,
  bridge,
  dataFolder,
}: StationContext): Handlers<typeof acceleratorProcedures> {
  const audit = (action: string, subject: string) => {
    const { store, user } = session;
    store.transaction(() => store.audit.append({ userId: user.id, action, subject }));
  };
  return {
    'accelerators.overview': () => bridge.overview(),
    'accelerators.changes': (_, emit) => {
      emit(bridge.overview());
      return bridge.onOverview(emit);
    },
    'accelerators.test': async ({ acceleratorId }) => {
      audit('accelerator.test', `accelerator:${acceleratorId}`);
      return bridge.test(acceleratorId);
    },
    'accelerators.setPolicy': async ({ policy }) => {
      audit('accelerator.policy', `policy:${policy}`);
      await bridge.setPolicy(policy);
      keepPolicy(dataFolder, policy);
      return {};
    },
    'accelerators.dismiss': async ({ acceleratorId }) => {
      audit('accelerator.dismiss', `accelerator:${acceleratorId}`);
      await bridge.dismiss(acceleratorId);
      return {};
    },
    'accelerators.rescan': async () => {
      audit('accelerator.rescan', 'accelerator:all');
      await bridge.rescan();
      return {};
    },
    'accelerators.incidents': ({ limit }) => session.store.incidents.list(limit),
    'accelerators.readingsToRepeat': () => {
      const { store } = session;
      const veil = new Veil(session);
      return store.incidents
        .imagesToRepeat(repeatLimit)
        .map((imageId) => placedImageEntry(store, imageId, veil));
    },
  };
}
