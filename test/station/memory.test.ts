import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, connect } from '../../src/processes/channel.ts';
import { dataFolderVariable } from '../../src/processes/data-folder.ts';
import type { HostedProcess } from '../../src/processes/host.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { type StationContract, stationContract } from '../../src/station/contract/index.ts';
import { StationKeeper } from '../../src/station/keeper.ts';
import { descendants, wordsInMemory } from '../process-memory.ts';

const passphrase = 'quagmire lanthanum vestibule';
const familyName = 'Zwetschgenbaumer-Quillon';
const words = [passphrase, familyName];

/** Starts real stations, and remembers them. */
class RememberingHost extends NodeHost {
  readonly stations: HostedProcess[] = [];
  override spawn(...given: Parameters<NodeHost['spawn']>): HostedProcess {
    const station = super.spawn(...given);
    this.stations.push(station);
    return station;
  }
}

// Elsewhere, and for other users, a program cannot look into another's memory.
describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'after the last screen is locked',
  () => {
    let folder: string;
    let host: RememberingHost;
    let keeper: StationKeeper;
    const log: string[] = [];
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-memory-'));
      host = new RememberingHost({ ...process.env, [dataFolderVariable]: folder });
      keeper = new StationKeeper(host, (line) => log.push(line));
      keeper.start();
    });
    afterEach(async () => {
      await keeper.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const screen = (name: string): Client<StationContract> => {
      const link = keeper.connect(name);
      if (!link) throw new Error('There is no station.');
      return connect(link, stationContract);
    };
    const pidOf = (index: number) => host.stations[index]?.pid ?? 0;
    const unlock = { userName: 'Tester', passphrase };

    async function work() {
      const client = screen('one');
      await client.call('session.createClinic', { clinicName: 'Am See', ...unlock });
      await client.call('patients.enrol', { familyName, givenName: '' });
      const { entries } = await client.call('patients.search', {});
      expect(entries).toHaveLength(1);
      return client;
    }

    test('no process of the station’s has the passphrase or a patient’s name in its memory, which had both before', async () => {
      const client = await work();
      expect(wordsInMemory(pidOf(0), words)).toEqual(words);
      const started = new Promise<void>((resolve) => keeper.onStart(resolve));
      await client.call('session.lock', {});
      await Promise.all([client.closed, host.stations[0]?.exited, started]);
      const again = screen('one');
      expect(await again.call('session.state', {})).toMatchObject({ state: 'locked' });

      expect(() => process.kill(pidOf(0), 0)).toThrow();
      const pids = [pidOf(1), ...descendants(pidOf(1))];
      for (const pid of pids) expect(wordsInMemory(pid, words)).toEqual([]);
      expect(log).toEqual([]);
      // The next person unlocks as ever, and then it is there again.
      await again.call('session.unlock', unlock);
      expect((await again.call('patients.search', {})).entries).toHaveLength(1);
      expect(wordsInMemory(pidOf(1), words)).toEqual(words);
    });

    test('a screen that is locked ends nothing while another one is at work, and the last one does', async () => {
      const one = await work();
      const two = screen('two');
      await two.call('session.unlock', unlock);
      await one.call('session.lock', {});
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect((await two.call('patients.search', {})).entries).toHaveLength(1);
      expect(host.stations).toHaveLength(1);
      await two.call('session.lock', {});
      await Promise.all([one.closed, two.closed]);
      await expect.poll(() => host.stations.length).toBe(2);
    });

    test('a passphrase that was typed wrong goes as well', async () => {
      const client = await work();
      await client.call('session.lock', {});
      await expect.poll(() => host.stations.length, { timeout: 60_000 }).toBe(2);
      const typed = { userName: 'Tester', passphrase: 'quagmire lanthanum vestibul' };
      const refused = screen('one').call('session.unlock', typed);
      await expect(refused).rejects.toMatchObject({ code: 'wrong-passphrase' });
      await expect.poll(() => host.stations.length, { timeout: 60_000 }).toBe(3);
      await screen('one').call('session.state', {});
      expect(wordsInMemory(pidOf(2), [typed.passphrase])).toEqual([]);
    });
  },
);
