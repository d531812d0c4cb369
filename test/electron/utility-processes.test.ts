import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { UtilityHost } from '../../electron/host.ts';
import { lockAllScreens } from '../../electron/lock.ts';
import { type Client, connect } from '../../src/processes/channel.ts';
import { dataFolderVariable } from '../../src/processes/data-folder.ts';
import { PortLink } from '../../src/processes/electron-utility.ts';
import { type StationContract, stationContract } from '../../src/station/contract/index.ts';
import { StationKeeper } from '../../src/station/keeper.ts';
import { drawTestImage, enrolOne } from '../station/harness.ts';

vi.mock('electron', () => import('./process-electron.ts'));

/** The real station, decoder and bridge, hosted the way Electron hosts them. */
let folder: string;
let keeper: StationKeeper;
let client: Client<StationContract>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-utility-'));
  vi.stubEnv(dataFolderVariable, folder);
  const host = new UtilityHost();
  keeper = new StationKeeper(host, (line) => process.stderr.write(`${line}\n`));
  keeper.start();
  const port = host.connectScreen('window');
  if (!port) throw new Error('The station did not start.');
  client = connect(new PortLink(port), stationContract);
});
afterAll(async () => {
  await keeper.stop();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test('an image is stored and read when the processes are Electron’s utility processes', async () => {
  const { lesion } = await enrolOne(client);
  const result = await client.call('images.import', {
    lesionId: lesion.id,
    importId: '1',
    fileName: 'spot.jpg',
    bytes: new Uint8Array(await drawTestImage(1)),
  });
  if (result.outcome !== 'imported') throw new Error(result.outcome);
  expect(result.readingError).toBeNull();
  expect(result.reading).not.toBeNull();
});

test('the computer’s lock locks the clinic', async () => {
  await lockAllScreens(keeper.connect());
  expect(await client.call('session.state', {})).toMatchObject({ state: 'locked' });
});
