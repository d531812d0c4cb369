import { goldenCount } from '../../native-bridge/golden/golden-images.ts';
import { joinedByteLinks } from '../../native-bridge/links/memory.ts';
import { Random } from '../../native-bridge/shared/random.ts';
import { VirtualDevice } from '../../native-bridge/virtual-device/device.ts';
import { loadShippedModel } from '../clinic/model.ts';
import { type Command, parseOptions, required } from './command.ts';
import { progressBar } from './terminal.ts';
import { positive, showReport } from './trial/report.ts';
import { Trial } from './trial/trial.ts';
import { VirtualPort } from './trial/virtual-port.ts';

const clients = 8;
/** Of the network's images, so many fit between the attestation and the latest unplugging. */
const imagesAtMost = 8;

export const unplugCommand: Command = {
  name: 'unplug',
  summary: 'Unplugs a virtual accelerator under load again and again, each time at another byte.',
  usage: '--times N [--seed N] [--json]',
  options: [
    '  --times N  how often',
    '  --seed N   other instants (1)',
    '  --json     {unplugged, requests, completed, lost, doubled, crashes, fallbackP99Ms, …}',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      times: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean' },
    });
    const times = positive(required(values.times, 'times'), 'times');
    const random = new Random(positive(values.seed, 'seed'));
    const { file, inputSizePx } = loadShippedModel();
    const traffic = file.length + (goldenCount + imagesAtMost) * (3 * inputSizePx ** 2 + 1_200);
    let gone = Promise.withResolvers<void>();
    const port = new VirtualPort('A', () => {
      const [host, end] = joinedByteLinks();
      const atByte = 1 + random.below(traffic);
      new VirtualDevice(end, { fault: { name: 'unplug', during: 'infer', atByte } });
      end.onClose(() => gone.resolve());
      return host;
    });
    const trial = await Trial.begin([port], random);
    trial.load(clients);
    for (let time = 1; time <= times; time++) {
      gone = Promise.withResolvers();
      port.plug();
      await gone.promise;
      port.unplug();
      terminal.progress(progressBar(time, times, `${trial.answered} images answered`));
    }
    const report = { unplugged: times, ...(await trial.end()) };
    return showReport(report, report.wrong === 0, values.json, terminal);
  },
};
