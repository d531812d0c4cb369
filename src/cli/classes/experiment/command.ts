import { LEARNERS, type Learner } from '../../../snn/learning/index.ts';
import { type Command, parseOptions, required, UsageError } from '../../command.ts';
import { countingNetwork } from '../image-counts.ts';
import { labelledCounts } from '../labelled-counts.ts';
import { type ExperimentResult, experiment, prepare } from './experiment.ts';

const MAX_ADDED = 6;

export const experimentCommand: Command = {
  name: 'experiment',
  summary: 'Adds classes to some base classes and measures what is learned and what forgotten.',
  usage:
    '--labels CSV (--images DIR_OR_TAR | --counts FILE) --base CODE,… --add CODE,… ' +
    '[--learner NAME,…] [--shots N] [--draws N] [--orders N|all] [--network FILE] [--views N] ' +
    '[--held-out FOLD,…] [--label-column NAME] [--quick] [--json]',
  options: [
    '  --images PLACE        folder (with its folders and tar archives) or tar archive of images',
    '  --labels FILE         CSV with image_id, dx, lesion_id and fold',
    '  --base CODE,…         classes that are known from the beginning',
    '  --add CODE,…          classes that are added, one after the other',
    `  --learner NAME,…      ${LEARNERS.join(', ')}; all, if not given`,
    '  --shots N             lesions of each added class that are learned; all, if not given',
    '  --draws N             how often those are drawn (5)',
    '  --orders N|all        in how many orders classes are added (all)',
    '  --network FILE        quantized ONNX network; if not given, the one that is shipped',
    '  --views N             over how many turned views counts are summed: 1, 2, 4 or 8',
    '  --held-out FOLD,…     folds that the network has not learned; all, if not given',
    '  --label-column NAME   column of the labels (dx)',
    '  --counts FILE         keeps spike counts, so that none is counted twice',
    '  --quick               of the heads trained on all at once only the analytic one',
    '  --json                one JSON object a learner on stdout',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string' },
      labels: { type: 'string' },
      base: { type: 'string' },
      add: { type: 'string' },
      learner: { type: 'string', default: LEARNERS.join(',') },
      shots: { type: 'string' },
      draws: { type: 'string', default: '5' },
      orders: { type: 'string', default: 'all' },
      network: { type: 'string' },
      views: { type: 'string' },
      'held-out': { type: 'string' },
      'label-column': { type: 'string', default: 'dx' },
      counts: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean' },
    });
    const [base, added] = [
      codes(required(values.base, 'base')),
      codes(required(values.add, 'add')),
    ];
    if (new Set([...base, ...added]).size < base.length + added.length)
      throw new UsageError('A class is named twice.');
    if (base.length < 2) throw new UsageError('--base needs two classes or more.');
    if (added.length > MAX_ADDED) throw new UsageError(`At most ${MAX_ADDED} classes are added.`);
    if (values.images === undefined && values.counts === undefined)
      throw new UsageError('--images or --counts is missing.');
    const learners = codes(values.learner).map(asLearner);
    const shots = values.shots === undefined ? null : whole(values.shots, 'shots', 1);
    const draws = shots === null ? 1 : whole(values.draws, 'draws', 1);
    const views = values.views === undefined ? undefined : whole(values.views, 'views', 1);
    const everyOrder = permutations(added);
    const orders =
      values.orders === 'all' ? everyOrder : everyOrder.slice(0, whole(values.orders, 'orders', 1));
    const network = countingNetwork(values.network, views, undefined);
    const source = {
      images: values.images,
      labels: required(values.labels, 'labels'),
      column: values['label-column'],
      kept: values.counts,
    };
    const images = await labelledCounts(source, [...base, ...added], network, terminal);
    const folds = [...new Set(images.map(({ fold }) => fold))].toSorted();
    const heldOut = values['held-out'] === undefined ? folds : codes(values['held-out']);
    if (heldOut.length < 2) throw new UsageError('Two folds or more are needed: --held-out.');
    const settings = {
      networkSha256: network.sha256,
      views: network.views,
      ...{ base, added, orders, shots, draws, heldOut, isQuick: values.quick },
    };
    const progress = (text: string) => terminal.progress(text);
    const prepared = prepare(images, settings, progress);
    for (const learner of learners) {
      const result = experiment(prepared, { ...settings, learner }, progress);
      terminal.progress('');
      if (values.json) terminal.out(JSON.stringify(result));
      else for (const line of toLines(result)) terminal.out(line);
    }
    return 0;
  },
};

function toLines(result: ExperimentResult): string[] {
  const points = (value: number) => (100 * value).toFixed(1).padStart(6);
  return [
    `${result.learner}, ${result.orders.length} orders, ${result.shots ?? 'all'} lesions a class`,
    `${points(result.jointBalancedAccuracy)} % balanced accuracy of all at once (${result.jointHead})`,
    `${points(result.finalBalancedAccuracy)} % balanced accuracy at the end; each class: ${percentages(result.finalRecall)}`,
    `${points(result.averageIncrementalAccuracy)} % on average over the stages, ${(100 * result.baseBalancedAccuracy).toFixed(1)} % at the beginning`,
    `${points(result.forgetting)} points forgotten; ${(100 * result.jointForgetting).toFixed(1)} where all classes known are learned at once`,
    `${points(result.newClassRecall)} % recall of a class when it is added`,
    ...result.pairs.map(
      ({ code, against, auroc }) =>
        `  .${String(Math.round(1000 * auroc)).padStart(3, '0')} AUROC of ${code} against ${against}`,
    ),
    `${result.learnMs.toFixed(0).padStart(6)} ms to learn a class; ${result.rescorePer100kMs.toFixed(0)} ms for 100,000 images`,
    '',
  ];
}

function percentages(recall: Readonly<Record<string, number>>): string {
  return Object.entries(recall)
    .map(([code, value]) => `${code} ${(100 * value).toFixed(1)}`)
    .join(', ');
}

function codes(list: string): string[] {
  return list
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '');
}

function asLearner(name: string): Learner {
  const learner = LEARNERS.find((each) => each === name);
  if (!learner) throw new UsageError(`There is no learner "${name}".`);
  return learner;
}

function whole(text: string, option: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least)
    throw new UsageError(`--${option} is a whole number from ${least} on.`);
  return value;
}

function permutations(codes: readonly string[]): string[][] {
  if (codes.length === 0) return [[]];
  return codes.flatMap((code) =>
    permutations(codes.filter((each) => each !== code)).map((rest) => [code, ...rest]),
  );
}
