import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Client, connect } from '../../src/processes/channel.ts';
import { dataFolderVariable } from '../../src/processes/data-folder.ts';
import type { HostedProcess } from '../../src/processes/host.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { ConnectionRelay } from '../../src/station/connections.ts';
import { type StationContract, stationContract } from '../../src/station/contract/index.ts';

export interface RunningStation {
  readonly client: Client<StationContract>;
  readonly process: HostedProcess;
}

/** Folders of one test: the clinic's data and the only place for temporary files. */
export class Sandbox {
  readonly root: string;
  private constructor(root: string) {
    this.root = root;
  }

  /** @param parent Where to put it; the system's temporary folder if not given. */
  static async make(parent: string = tmpdir()): Promise<Sandbox> {
    return new Sandbox(await mkdtemp(path.join(parent, 'dermaspike-faults-')));
  }

  get dataFolder(): string {
    return path.join(this.root, 'data');
  }

  /** Starts the station as the shells do, in a process of its own. */
  startStation(): RunningStation {
    const env = { ...process.env, [dataFolderVariable]: this.dataFolder, TMPDIR: this.root };
    const station = new NodeHost(env).spawn('station');
    const client = connect(new ConnectionRelay(station.link).open(), stationContract);
    return { client, process: station };
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}
