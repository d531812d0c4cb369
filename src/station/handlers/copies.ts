import type { Handlers } from '../../processes/channel.ts';
import { listSetAside, setAsideFolder } from '../../store/index.ts';
import { Broadcast } from '../changes.ts';
import type { copyProcedures } from '../contract/copies.ts';
import type { StationContext } from './context.ts';

export function copyHandlers(
  { dataFolder, session, changed }: Pick<StationContext, 'dataFolder' | 'session' | 'changed'>,
  version: string,
): Handlers<typeof copyProcedures> {
  const root = setAsideFolder(dataFolder);
  const progress = new Broadcast<{ share: number }>();

  return {
    'copies.list': () => listSetAside(root),
    'copies.progress': (_, emit) => progress.subscribe(emit),
    'copies.setAside': async () => {
      try {
        return await session.setAside(version, (share) => progress.emit({ share }));
      } finally {
        changed.emit(['copies']);
      }
    },
    'copies.putBack': ({ copyId }) => {
      session.putBack(copyId, version);
      changed.emit(['session']);
      return {};
    },
  };
}
