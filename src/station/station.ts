import { BridgeClient } from '../../native-bridge/client/client.ts';
import { loadShippedModel } from '../clinic/model.ts';
import { LesionOutliner } from '../clinic/outliner.ts';
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
import { Clinics } from './clinics.ts';
import { CommissioningTrial } from './commissioning.ts';
import { stationContract, stationErrorCodes, type Topic } from './contract/index.ts';
import { DataKeyKeeper } from './data-key-keeper.ts';
import { Eraser } from './eraser.ts';
import type { StationContext } from './handlers/context.ts';
import { stationHandlers } from './handlers/index.ts';
import { HealthKeeper } from './health-keeper.ts';
import { Importer } from './importer.ts';
import { IncidentLog } from './incident-log.ts';
import { Measurer } from './measurer.ts';
import { Retirement } from './retirement.ts';
import { Screens } from './screens.ts';

export interface StationOptions {
  /** Where the clinics' databases lie, and the settings of the accelerators. */
  readonly dataFolder: string;
  /** Starts the decoder and the bridge. */
  readonly host: ProcessHost;
  readonly version: string;
  /** Has another station take its place; without it this one goes on after a lock. */
  readonly retire?: () => void;
}

/** The services behind every screen: owns the only database connection, the decoder, the bridge. */
export class Station {
  readonly #shared: Omit<StationContext, 'session' | 'trial'>;
  readonly #screens: Screens;
  readonly #retirement: Retirement | undefined;
  readonly #turns = new Turns();

  constructor({ dataFolder, host, version, retire }: StationOptions) {
    const model = loadShippedModel();
    const clinics = new Clinics(dataFolder);
    const decoder = new Decoder(host);
    const bridge = new BridgeClient(host);
    const changed = new Broadcast<readonly Topic[]>();
    clinics.onDemo((isOpen) => bridge.setDemo(isOpen));
    if (retire)
      this.#retirement = new Retirement(clinics, () => {
        this.close();
        retire();
      });
    clinics.onLock(() => {
      changed.emit(['session']);
      this.#retirement?.look();
    });
    new IncidentLog(clinics, bridge, changed);
    const heads = new ActiveHeads(model);
    const reader = new LesionReader(bridge, model);
    const importer = new Importer(decoder, reader, heads);
    const measurer = new Measurer(decoder, new LesionOutliner(bridge));
    const rescorer = new Rescorer(clinics, heads, changed, (work, imageId) =>
      importer.readAgain(work, imageId, work.untilLocked, 'archive'),
    );
    const backups = new BackupKeeper(clinics, dataFolder, version, changed);
    const eraser = new Eraser(clinics, heads, rescorer, changed);
    const dataKeys = new DataKeyKeeper(clinics, changed);
    const health = new HealthKeeper(changed);
    const work = {
      decoder,
      bridge,
      importer,
      measurer,
      heads,
      rescorer,
      backups,
      eraser,
      dataKeys,
      health,
    };
    const shared = { dataFolder, clinics, changed, ...work };
    this.#shared = shared;
    this.#screens = new Screens(clinics, (session) => {
      const activeHead = () => heads.active(session.store).head;
      const trial = new CommissioningTrial(decoder, reader, activeHead);
      return stationHandlers({ ...shared, session, trial }, model, version);
    });
  }

  /**
   * Answers the station's contract on `link`.
   * @param screen which screen it is of; without one it is a screen of its own.
   */
  serve(link: Link, screen?: string): void {
    const { session, handlers } = this.#screens.join(link, screen);
    const retirement = this.#retirement;
    serve(link, stationContract, handlers, {
      codes: stationErrorCodes,
      turns: this.#turns,
      admit: ({ callers }) => assertMayCall(session, callers),
      ...(retirement && { onCall: () => retirement.begin() }),
      // The error's kind and place only: its message might carry a patient's data.
      onInternalError: (procedure, error) => {
        const trace = error instanceof Error ? `${error.name}\n${stackOf(error)}` : typeof error;
        process.stderr.write(`station: ${procedure} failed: ${trace}\n`);
      },
    });
  }

  /** Closes the database and ends the decoder and the bridge. */
  close(): void {
    this.#screens.close();
    this.#shared.backups.close();
    this.#shared.clinics.lockAll();
    this.#shared.decoder.close();
    this.#shared.bridge.close();
  }
}

/** The frames of an error's stack, without its message. */
function stackOf(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
