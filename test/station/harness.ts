import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { type Client, connect } from '../../src/processes/channel.ts';
import { dataFolderVariable } from '../../src/processes/data-folder.ts';
import { type Link, linkedPair } from '../../src/processes/link.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { type StationContract, stationContract } from '../../src/station/contract/index.ts';
import { Station } from '../../src/station/station.ts';

export const testPassphrase = 'correct horse battery';

export interface TestStation {
  readonly client: Client<StationContract>;
  readonly dataFolder: string;
  /** Another screen on the same station, or, by a name, one that is or was there before. */
  connect(screen?: string): Client<StationContract>;
  /** Has it answer at the client’s screen on a link that the test speaks on itself. */
  serve(link: Link): void;
  /** Another screen, unlocked by the user of `enrolOne`. */
  secondScreen(): Promise<Client<StationContract>>;
  /** Ends it and its processes, and leaves the data folder. */
  stop(): void;
  close(): Promise<void>;
}

/**
 * A station in this process, with real decoder and bridge processes and a data folder of its own.
 * @param env more of what those processes see as their environment.
 * @param dataFolder of a station that was here before; removed at the end as well.
 */
export async function startStation(
  env: NodeJS.ProcessEnv = {},
  dataFolder: string = mkdtempSync(path.join(tmpdir(), 'dermaspike-station-')),
): Promise<TestStation> {
  const station = new Station({
    dataFolder,
    host: new NodeHost({ ...process.env, [dataFolderVariable]: dataFolder, ...env }),
    version: '0.0.0-test',
  });
  const join = (screen?: string) => {
    const [near, far] = linkedPair();
    station.serve(far, screen);
    return connect(near, stationContract);
  };
  return {
    client: join('first'),
    dataFolder,
    connect: join,
    serve: (link) => station.serve(link, 'first'),
    secondScreen: async () => {
      const client = join();
      await client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
      return client;
    },
    stop: () => station.close(),
    close: async () => {
      station.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Creates a clinic with one patient and one lesion; returns the lesion's and the patient's id. */
export async function enrolOne(client: Client<StationContract>) {
  await client.call('session.createClinic', {
    clinicName: 'Test clinic',
    userName: 'Tester',
    passphrase: testPassphrase,
  });
  const patient = await client.call('patients.enrol', {
    familyName: 'Quillfeather',
    givenName: 'Ottoline',
  });
  const lesion = await client.call('lesions.add', {
    patientId: patient.id,
    details: { label: 'A', bodySite: 'forearm', laterality: 'left' },
  });
  return { patient, lesion };
}

/** A small, distinct, skin-coloured JPEG with a dark spot; the same for the same `seed`. */
export function drawTestImage(seed: number): Promise<Buffer> {
  const width = 240;
  const height = 180;
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const spot = (x - 120 - (seed % 17)) ** 2 + (y - 90) ** 2 < (30 + (seed % 11)) ** 2;
      const grain = ((x * 7 + y * 13 + seed * 31) % 23) - 11;
      const at = (y * width + x) * 3;
      pixels[at] = (spot ? 110 : 214) + grain;
      pixels[at + 1] = (spot ? 70 : 170) + grain;
      pixels[at + 2] = (spot ? 55 : 150) + grain;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer();
}
