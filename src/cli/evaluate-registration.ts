import { type Command, parseOptions, required, UsageError } from './command.ts';
import { imagesIn } from './image-source.ts';
import { RegistrationTrials } from './registration/evaluation.ts';
import { readPicture } from './registration/read-picture.ts';

const pairsAtFirst = 100;

export const evaluateRegistrationCommand: Command = {
  name: 'evaluate-registration',
  summary: 'Measures how well two pictures of a lesion are aligned, on pairs made of one.',
  usage: '--images DIR_OR_TAR [--count N] [--skip N] [--seed N] [--trials]',
  options: [
    '  --images PLACE  folder (searched with its folders and tar archives) or tar archive',
    `  --count N       pairs of the first N images; ${pairsAtFirst}, if not given`,
    '  --skip N        leave out so many images first',
    '  --seed N        other turns, scales, shifts, light, hairs and blur',
    '  --trials        each trial as well, one JSON object a line, on stderr',
    'One JSON object on stdout; errors are shares of the longer side.',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string' },
      count: { type: 'string' },
      skip: { type: 'string' },
      seed: { type: 'string' },
      trials: { type: 'boolean' },
    });
    const place = required(values.images, 'images');
    const count = wholeNumber(values.count ?? String(pairsAtFirst), 'count');
    const skip = wholeNumber(values.skip ?? '0', 'skip');
    const seed = wholeNumber(values.seed ?? '1', 'seed');
    const trials = new RegistrationTrials((kind, result, error) => {
      if (values.trials) terminal.note(JSON.stringify({ kind, error, ...summary(result) }));
    });
    let before: Awaited<ReturnType<typeof readPicture>> | undefined;
    let [found, skipped] = [0, 0];
    for await (const image of imagesIn(place, (message) => terminal.note(message))) {
      if (skipped++ < skip) continue;
      const picture = await readPicture(await image.read());
      if (before) trials.add(before, picture, seed * 100_003 + 17 * found++);
      before = picture;
      terminal.progress(`${found} of ${count} pairs`);
      if (found === count) break;
    }
    terminal.progress('');
    if (found === 0) {
      terminal.note(`Two images are needed, and ${place} has fewer.`);
      return 1;
    }
    terminal.out(JSON.stringify(trials.figures()));
    return 0;
  },
};

function summary(result: import('../registration/index.ts').Registration) {
  if (result.kind === 'refused') return { reason: result.reason, ...result.evidence };
  return { stated: result.error, ...result.evidence };
}

function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new UsageError(`--${option} is not a whole number.`);
  return value;
}
