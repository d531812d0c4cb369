import { BridgeClient } from '../../native-bridge/client/client.ts';
import { loadShippedModel, type ShippedModel } from '../clinic/model.ts';
import { LesionReader } from '../clinic/reader.ts';
import { Decoder } from '../imaging/decoder.ts';
import { serve } from '../processes/channel.ts';
import type { ProcessHost } from '../processes/host.ts';
import type { Link } from '../processes/link.ts';
import { Turns } from '../processes/turns.ts';
import { assertMayCall } from './access.ts';
import { BackupKeeper } from './backup/keeper.ts';
import { Broadcast } from './changes.ts';
import { ActiveHeads } from './classes/active-heads.ts';
import { Rescorer } from './classes/rescorer.ts';
import { CommissioningTrial } from './commissioning.ts';
import { stationContract, stationErrorCodes, type Topic } from './contract/index.ts';
import type { StationContext } from './handlers/context.ts';
import { stationHandlers } from './handlers/index.ts';
import { IdleLock } from './idle-lock.ts';
import { Importer } from './importer.ts';
import { IncidentLog } from './incident-log.ts';
import { Session } from './session.ts';

export interface StationOptions {
  /** Where the clinics' databases lie, and the settings of the accelerators. */
  readonly dataFolder: string;
  /** Starts the decoder and the bridge. */
  readonly host: ProcessHost;
  readonly version: string;
}

/** The services behind every screen: owns the only database connection, the decoder, the bridge. */
export class Station {
  readonly #context: StationContext;
  readonly #model: ShippedModel;
  readonly #version: string;
  readonly #turns = new Turns();

  constructor({ dataFolder, host, version }: StationOptions) {
    this.#model = loadShippedModel();
    this.#version = version;
    const session = new Session(dataFolder);
    const decoder = new Decoder(host);
    const bridge = new BridgeClient(host);
    const changed = new Broadcast<readonly Topic[]>();
    session.onDemo((isOpen) => bridge.setDemo(isOpen));
    new IncidentLog(session, bridge, changed);
    const heads = new ActiveHeads(this.#model);
    const reader = new LesionReader(bridge, this.#model);
    const importer = new Importer(session, decoder, reader, heads);
    const rescorer = new Rescorer(session, heads, changed, (imageId, signal) =>
      importer.readAgain(imageId, signal, 'archive'),
    );
    const trial = new CommissioningTrial(decoder, reader, () => heads.active(session.store).head);
    const idleLock = new IdleLock(() => {
      session.lock();
      changed.emit(['session']);
    });
    const backups = new BackupKeeper(session, dataFolder, version, changed);
    const readers = { importer, trial, heads, rescorer };
    this.#context = {
      dataFolder,
      changed,
      session,
      decoder,
      bridge,
      idleLock,
      backups,
      ...readers,
    };
  }

  /** Answers the station's contract on `link`. */
  serve(link: Link): void {
    const context = this.#context;
    serve(link, stationContract, stationHandlers(context, this.#model, this.#version), {
      codes: stationErrorCodes,
      turns: this.#turns,
      admit: ({ callers }) => assertMayCall(context.session, callers),
      // The error's kind and place only: its message might carry a patient's data.
      onInternalError: (procedure, error) => {
        const trace = error instanceof Error ? `${error.name}\n${stackOf(error)}` : typeof error;
        process.stderr.write(`station: ${procedure} failed: ${trace}\n`);
      },
    });
  }

  /** Closes the database and ends the decoder and the bridge. */
  close(): void {
    this.#context.idleLock.stop();
    this.#context.backups.close();
    this.#context.session.lock();
    this.#context.decoder.close();
    this.#context.bridge.close();
  }
}

/** The frames of an error's stack, without its message. */
function stackOf(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
