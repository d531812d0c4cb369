import type { BridgeClient } from '../../../native-bridge/client/client.ts';
import type { Decoder } from '../../imaging/decoder.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { CallName, StreamName } from '../../processes/contract.ts';
import type { Broadcast, Topic } from '../changes.ts';
import type { StationContract } from '../contract.ts';
import type { IdleLock } from '../idle-lock.ts';
import type { Importer } from '../importer.ts';
import type { Session } from '../session.ts';

/** What the handlers of the station's calls work with. */
export interface StationContext {
  readonly dataFolder: string;
  readonly session: Session;
  readonly importer: Importer;
  readonly decoder: Decoder;
  readonly bridge: BridgeClient;
  readonly idleLock: IdleLock;
  readonly changed: Broadcast<readonly Topic[]>;
}

/** The handlers of one area of the contract. */
export type HandlersOf<Names extends CallName<StationContract> | StreamName<StationContract>> =
  Pick<Handlers<StationContract>, Names>;
