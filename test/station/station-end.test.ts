import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LesionReader } from '../../src/clinic/reader.ts';
import { Decoder } from '../../src/imaging/decoder.ts';
import { connect } from '../../src/processes/channel.ts';
import { dataFolderVariable } from '../../src/processes/data-folder.ts';
import { linkedPair } from '../../src/processes/link.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { stationContract } from '../../src/station/contract/index.ts';
import { Station } from '../../src/station/station.ts';
import { drawTestImage, enrolOne, testPassphrase } from './harness.ts';

let dataFolder: string;
let station: Station;
const retire = vi.fn();
const spawn = vi.spyOn(NodeHost.prototype, 'spawn');
beforeEach(() => {
  dataFolder = mkdtempSync(path.join(tmpdir(), 'dermaspike-end-'));
  const env = { ...process.env, [dataFolderVariable]: dataFolder };
  station = new Station({ dataFolder, host: new NodeHost(env), version: '1.2.3', retire });
});
afterEach(() => {
  vi.restoreAllMocks();
  station.close();
  rmSync(dataFolder, { recursive: true, force: true });
});
function join(screen?: string) {
  const [near, far] = linkedPair();
  station.serve(far, screen);
  return connect(near, stationContract);
}

test('a station whose last screen is locked closes all that it has and asks for another in its place', async () => {
  const client = join('one');
  await client.call('session.createClinic', {
    ...{ clinicName: 'Am See', userName: 'Tester', passphrase: testPassphrase },
  });
  expect(retire).not.toHaveBeenCalled();
  const closed = vi.spyOn(Decoder.prototype, 'close');
  const retired = new Promise<void>((resolve) => retire.mockImplementation(resolve));
  await client.call('session.lock', {});
  await retired;
  expect(closed).toHaveBeenCalledTimes(1);
  for (const { value } of spawn.mock.results) await value.exited;
});

test('a station that is closed locks the clinic, and backs nothing up any more', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  try {
    station.close();
    const env = { ...process.env, [dataFolderVariable]: dataFolder };
    station = new Station({ dataFolder, host: new NodeHost(env), version: '1.2.3' });
    const before = vi.getTimerCount();
    station.close();
    expect(vi.getTimerCount()).toBeLessThan(before);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  [
    new TypeError('Quillfeather has no reading'),
    /^station: images\.import failed: TypeError\n\s+at /,
  ],
  ['Quillfeather', /^station: images\.import failed: string\n$/],
])(
  'what fails inside is told by its kind and place, and nothing of a patient’s',
  async (error, told) => {
    const client = join();
    const { lesion } = await enrolOne(client);
    const lines: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
    vi.spyOn(LesionReader.prototype, 'read').mockRejectedValueOnce(error);
    const call = {
      lesionId: lesion.id,
      importId: '1',
      fileName: 'a.jpg',
      bytes: await drawTestImage(1),
    };
    await expect(client.call('images.import', call)).rejects.toMatchObject({ code: 'internal' });
    const said = lines.filter((line) => line.startsWith('station:'));
    expect(said).toEqual([expect.stringMatching(told)]);
    expect(said.join()).not.toContain('Quillfeather');
  },
);
