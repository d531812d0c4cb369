import { describe, expect, it } from 'vitest';
import { Random } from '../../../native-bridge/shared/random.ts';
import { defaultShadowEvery, recordImages } from '../../../native-bridge/supervision/shadow.ts';
import { Supervisor } from '../../../native-bridge/supervision/supervisor.ts';
import { CountingDevice, CountingReference } from './counting-device.ts';

const network = { name: 'invented', sha256: 'b'.repeat(64), file: Uint8Array.of(1) };
const idle = new AbortController().signal;
const viewsPerReading = 8;

/** What it does with the image of this number, 0 being the first; it knows nothing more. */
type Strategy = (image: number, random: Random) => boolean;

/** A device that counts what it is given, and lies by a strategy. */
class Liar extends CountingDevice {
  wrong = 0;
  constructor(strategy: Strategy, seed: number) {
    super('liar');
    const random = new Random(seed);
    let image = 0;
    this.isWrong = () => {
      const isLie = image > 0 && strategy(image, random);
      image++;
      if (isLie) this.wrong++;
      return isLie;
    };
  }
  /** An image in one go, so that it knows of each which it is. */
  override describe() {
    return { ...super.describe(), concurrency: 1, batch: 1 };
  }
}

async function setUp(device: CountingDevice, below: (end: number) => number) {
  const reference = new CountingReference('reference');
  const supervisor = new Supervisor([device], { reference, below });
  await supervisor.load(network);
  const read = (reading: string) =>
    Promise.all(
      Array.from({ length: viewsPerReading }, (_, view) => {
        const image = Uint8Array.of(view);
        const request = { networkSha256: network.sha256, image, priority: 'archive' as const };
        return supervisor.infer({ ...request, reading }, idle);
      }),
    );
  return { reference, supervisor, read };
}

/** How many wrong images a device has given when it is found out. */
async function wrongBeforeFound(strategy: Strategy, seed: number): Promise<number> {
  const device = new Liar(strategy, seed);
  const random = new Random(seed + 1_000_003);
  const { read } = await setUp(device, (end) => random.below(end));
  for (let reading = 0; device.reason === undefined && reading < 2_000; reading++)
    await read(`${reading}`).catch(() => {});
  expect(device.reason).toMatch(/Its results are not identical/);
  return device.wrong;
}

/** More than a record takes, at one compared image a reading. */
const afterItsRecord = recordImages * viewsPerReading;

describe('a device that lies', () => {
  it.each<[string, number, Strategy]>([
    ['everywhere but at each twentieth image', 300, (image) => image % 20 !== 0],
    ['in the first view of each reading', 300, (image) => image % viewsPerReading === 0],
    ['in the last view of each reading', 300, (image) => image % viewsPerReading === 7],
    ['in one image of a hundred, at random', 100, (_, random) => random.below(100) === 0],
    ['everywhere, once it has a record', 60, (image) => image > afterItsRecord],
    [
      'in one image of ten, once it has a record',
      60,
      (image) => image > afterItsRecord && image % 10 === 0,
    ],
  ])(
    '%s has given no more than n wrong images, but for a chance of .95ⁿ',
    async (_, runs, strategy) => {
      const wrong: number[] = [];
      for (let seed = 1; seed <= runs; seed++) wrong.push(await wrongBeforeFound(strategy, seed));
      // Beside those that it gave while it was being compared: at most a reading's.
      const beyond = (n: number) =>
        wrong.filter((count) => count > n + viewsPerReading).length / runs;
      for (const n of [5, 20, 45, 90]) {
        const chance = (1 - 1 / defaultShadowEvery) ** n;
        const threeSigma = 3 * Math.sqrt((chance * (1 - chance)) / runs);
        expect(beyond(n), `more than ${n}`).toBeLessThanOrEqual(chance + threeSigma);
      }
    },
    60_000,
  );
});

describe('a reading by a device without a record', () => {
  /** Draws none but what must be drawn. */
  const onlyWhatMustBe = (end: number) => (end === defaultShadowEvery ? 1 : 0);

  it('has at least one compared view, and one with a record need not', async () => {
    const device = new CountingDevice('device');
    const { reference, read } = await setUp(device, onlyWhatMustBe);
    let readings = 0;
    for (; device.record.shadowed < recordImages; readings++) {
      const before = reference.compared;
      await read(`${readings}`);
      expect(reference.compared, `reading ${readings}`).toBeGreaterThan(before);
    }
    const before = reference.compared;
    await read('with a record');
    expect(reference.compared).toBe(before);
  });

  it('is compared in one view as often as in any other', async () => {
    const random = new Random(5);
    const times = new Array<number>(viewsPerReading).fill(0);
    for (let run = 0; run < 20; run++) {
      const device = new CountingDevice('device');
      const { reference, read } = await setUp(device, (end) =>
        end === defaultShadowEvery ? 1 : random.below(end),
      );
      await read('first');
      const answer = reference.infer.bind(reference);
      reference.infer = async (batch) => {
        for (const [view = 0] of batch.images) times[view] = (times[view] ?? 0) + 1;
        return answer(batch);
      };
      for (let reading = 0; reading < 40; reading++) await read(`${reading}`);
    }
    for (const count of times) expect(Math.abs(count - 100)).toBeLessThan(40);
  });

  it('is given nothing more while the comparisons lag behind, and goes on afterwards', async () => {
    const device = new CountingDevice('device');
    const { reference, supervisor, read } = await setUp(device, onlyWhatMustBe);
    await read('first');
    const release = reference.hold();
    for (let reading = 0; reading < 4; reading++) await read(`${reading}`);
    let isOver = false;
    const waiting = read('waiting').then(() => {
      isOver = true;
    });
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    release();
    await waiting;
    await supervisor.close();
  });
});
