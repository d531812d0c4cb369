import type { BridgeClient } from '../../../native-bridge/client/client.ts';
import type { Decoder } from '../../imaging/decoder.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { BackupKeeper } from '../backup/keeper.ts';
import type { Broadcast } from '../changes.ts';
import type { ActiveHeads } from '../classes/active-heads.ts';
import type { Rescorer } from '../classes/rescorer.ts';
import type { Clinics } from '../clinics.ts';
import type { CommissioningTrial } from '../commissioning.ts';
import type { Topic } from '../contract/index.ts';
import type { DataKeyKeeper } from '../data-key-keeper.ts';
import type { Eraser } from '../eraser.ts';
import type { HealthKeeper } from '../health-keeper.ts';
import type { Importer } from '../importer.ts';
import type { Measurer } from '../measurer.ts';
import type { Session } from '../session.ts';

/** What the handlers of the station's calls work with. */
export interface StationContext {
  readonly dataFolder: string;
  readonly clinics: Clinics;
  /** Of the screen that asks. */
  readonly session: Session;
  readonly importer: Importer;
  readonly measurer: Measurer;
  readonly trial: CommissioningTrial;
  readonly decoder: Decoder;
  readonly bridge: BridgeClient;
  readonly heads: ActiveHeads;
  readonly rescorer: Rescorer;
  readonly eraser: Eraser;
  readonly backups: BackupKeeper;
  readonly dataKeys: DataKeyKeeper;
  readonly health: HealthKeeper;
  readonly changed: Broadcast<readonly Topic[]>;
}

/** Makes a change and its audit entry in one transaction, then tells the screens. */
export function changeRecord<T extends { readonly id: string }>(
  { session, changed }: Pick<StationContext, 'session' | 'changed'>,
  {
    action,
    topics,
    also,
  }: {
    action: `${string}.${string}`;
    topics: readonly Topic[];
    /** What else it was done to, for example `lesion:0197…`. */
    also?: string;
  },
  work: (store: ClinicStore) => T,
): T {
  const { store, user } = session;
  const [kind] = action.split('.');
  const record = store.transaction(() => {
    const saved = work(store);
    const subject = `${kind}:${saved.id}${also ? ` ${also}` : ''}`;
    store.audit.append({ userId: user.id, action, subject });
    return saved;
  });
  changed.emit(topics);
  return record;
}
