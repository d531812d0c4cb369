import { loadFoundation, loadShippedModel } from '../../clinic/model.ts';
import { classify } from '../../snn/index.ts';
import { adaptedCounts, type CameraAdapter } from '../../snn/learning/camera.ts';
import { areaUnderRoc, cameraAdapter } from '../../snn/learning/index.ts';
import { type Command, parseOptions, required, UsageError } from '../command.ts';
import { countingNetwork } from './image-counts.ts';
import { type CountedImage, labelledCounts } from './labelled-counts.ts';

/** What the shipped head makes of labelled images. */
interface Found {
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly melanomaAuroc: number | null;
}

export const cameraExperimentCommand: Command = {
  name: 'camera-experiment',
  usage:
    '--labels CSV (--images DIR_OR_TAR | --counts FILE) [--label-column NAME] [--folds N,N] [--model-folder DIR] [--json]',
  options: [
    '  --label-column NAME  column of the labels (dx)',
    '  --folds N,N          only rows of these folds',
    '  --counts FILE        keeps spike counts, so that none is counted twice',
  ],
  summary:
    'Measures what adapting counts to a camera, estimated without the labels, does to its images.',
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string' },
      labels: { type: 'string' },
      counts: { type: 'string' },
      'label-column': { type: 'string', default: 'dx' },
      folds: { type: 'string' },
      'model-folder': { type: 'string' },
      json: { type: 'boolean' },
    });
    const model = loadShippedModel(values['model-folder']);
    const foundation = loadFoundation(model);
    if (!foundation) throw new UsageError(`${model.folder} has no statistics.json.`);
    const { head } = foundation;
    const source = {
      images: values.images,
      labels: required(values.labels, 'labels'),
      column: values['label-column'],
      kept: values.counts,
    };
    const codes = head.classes.map(({ code }) => code);
    const network = countingNetwork(undefined, undefined, values['model-folder']);
    const folds = values.folds?.split(',');
    const images = await labelledCounts(source, codes, network, terminal, folds, 'some');
    const adapter = cameraAdapter(
      foundation,
      images.map(({ counts }) => counts),
    );
    const found = (camera: CameraAdapter | null) =>
      foundIn(
        images,
        codes,
        (counts) => classify(head, adaptedCounts(camera, counts)).probabilities,
      );
    const report = {
      images: images.length,
      before: found(null),
      after: found(adapter),
      gains: quantiles(adapter.gains),
    };
    if (values.json) terminal.out(JSON.stringify(report));
    else {
      terminal.out(
        `${images.length} images; gains ${report.gains.map((g) => g.toFixed(2)).join(', ')} (least, median, most)`,
      );
      terminal.out(`as they are  ${lineOf(report.before)}`);
      terminal.out(`adapted      ${lineOf(report.after)}`);
    }
    return 0;
  },
};

function foundIn(
  images: readonly CountedImage[],
  codes: readonly string[],
  probabilitiesOf: (counts: Int32Array) => Float64Array,
): Found {
  const judged = images.map(({ label, counts }) => {
    const probabilities = probabilitiesOf(counts);
    const first = probabilities.indexOf(Math.max(...probabilities));
    return {
      label,
      isRight: codes[first] === label,
      melanoma: probabilities[codes.indexOf('mel')] ?? 0,
    };
  });
  const share = (some: readonly { isRight: boolean }[]) =>
    some.filter(({ isRight }) => isRight).length / some.length;
  const recalls = [...Map.groupBy(judged, ({ label }) => label).values()].map(share);
  return {
    accuracy: share(judged),
    balancedAccuracy: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
    melanomaAuroc: areaUnderRoc(
      judged.map(({ melanoma }) => melanoma),
      judged.map(({ label }) => label === 'mel'),
    ),
  };
}

function lineOf({ accuracy, balancedAccuracy, melanomaAuroc }: Found): string {
  return `accuracy ${accuracy.toFixed(3)}, balanced ${balancedAccuracy.toFixed(3)}, melanoma AUROC ${melanomaAuroc?.toFixed(3) ?? '–'}`;
}

function quantiles(gains: Float64Array): number[] {
  const sorted = gains.toSorted();
  return [0, 0.5, 1].map((share) => sorted[Math.round(share * (sorted.length - 1))] ?? 1);
}
