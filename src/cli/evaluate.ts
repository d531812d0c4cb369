import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Advice } from '../clinic/entities/index.ts';
import type { LesionReading } from '../clinic/reader.ts';
import { type AdviceMetrics, type Advised, measureAdvice } from './advice-metrics.ts';
import { type Command, describeError, parseOptions, required, type Terminal } from './command.ts';
import { imagesIn, type SourceImage } from './image-source.ts';
import { LabelsError, readLabels } from './labels.ts';
import { confusionMatrix, type Metrics, measure, type Scored } from './metrics.ts';
import { mapOrdered } from './pipeline.ts';
import { openReadingServices, type ReadingServices } from './services.ts';
import { progressBar } from './terminal.ts';

/** Images under way at once, so that decoding and inference overlap. */
const imagesUnderWay = 12;

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'Measures the network on labelled images.',
  usage:
    '--images DIR_OR_TAR --labels CSV [--fold N] [--strangers DIR_OR_TAR] [--json] [--model-folder DIR]',
  options: [
    '  --images PLACE      folder (searched with its folders and tar archives) or tar archive;',
    '                      an image is named <image_id>.jpg or the like',
    '  --labels FILE       CSV with the columns image_id and dx',
    '  --fold N            only rows whose column fold is N',
    '  --strangers PLACE   pictures of other things than skin: how many are called unfamiliar',
    '  --json              one JSON object on stdout',
    '  --model-folder DIR  another network: backbone.onnx, head.json and card.json',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string' },
      labels: { type: 'string' },
      fold: { type: 'string' },
      strangers: { type: 'string' },
      json: { type: 'boolean' },
      'model-folder': { type: 'string' },
    });
    const place = required(values.images, 'images');
    const labelsFile = required(values.labels, 'labels');
    const labels = readLabels(await readFile(labelsFile, 'utf8'), values.fold);
    const services = openReadingServices(values['model-folder']);
    try {
      const classes = services.reader.model.head.classes.map(({ code }) => code);
      const truths = truthsOf(labels, classes, terminal);
      if (truths.size === 0) {
        const where = values.fold === undefined ? '' : ` in fold ${values.fold}`;
        throw new LabelsError(`${labelsFile} has no label${where} that the network knows.`);
      }
      const startedAt = performance.now();
      const { scored, advised, failed } = await score(services, place, truths, terminal);
      const seconds = (performance.now() - startedAt) / 1000;
      const strangers = await adviseStrangers(services, values.strangers, terminal);
      const advice = advised.length > 0 ? measureAdvice(advised, strangers) : undefined;
      const metrics = { ...measure(classes, scored), ...advice };
      const imagesPerSecond = seconds > 0 ? scored.length / seconds : 0;
      if (values.json) terminal.out(JSON.stringify({ ...metrics, imagesPerSecond }));
      else terminal.out(report(classes, scored, metrics, imagesPerSecond));
      return failed > 0 || scored.length === 0 ? 1 : 0;
    } finally {
      terminal.progress('');
      services.close();
    }
  },
};

/** image_id → index of its class; labels that the head has no class for are counted and left out. */
function truthsOf(
  labels: ReadonlyMap<string, string>,
  classes: readonly string[],
  terminal: Terminal,
): Map<string, number> {
  const truths = new Map<string, number>();
  let unknown = 0;
  for (const [imageId, dx] of labels) {
    const truth = classes.indexOf(dx);
    if (truth < 0) unknown++;
    else truths.set(imageId, truth);
  }
  if (unknown > 0)
    terminal.note(`${unknown} labels name a class that the head does not know; left out.`);
  return truths;
}

async function score(
  services: ReadingServices,
  place: string,
  truths: ReadonlyMap<string, number>,
  terminal: Terminal,
): Promise<{ scored: Scored[]; advised: Advised[]; failed: number }> {
  const missing = new Map(truths);
  const scored: Scored[] = [];
  const advised: Advised[] = [];
  const { classes } = services.reader.model.head;
  let done = 0;
  let failed = 0;
  const read = async ({ image, truth }: { image: SourceImage; truth: number }) => {
    try {
      const reading = await services.read(path.basename(image.place), await image.read());
      return { truth, probabilities: inOrderOfHead(services, reading), reading };
    } catch (error) {
      return { place: image.place, error: describeError(error) };
    }
  };
  const fail = (message: string) => {
    failed++;
    terminal.note(message);
  };
  const images = labelled(imagesIn(place, fail), missing);
  for await (const result of mapOrdered(images, imagesUnderWay, read)) {
    if ('error' in result) fail(`${result.place}: ${result.error.message}`);
    else {
      const { truth, probabilities, reading } = result;
      const { advice, verdict } = reading;
      scored.push({ truth, probabilities });
      if (advice) advised.push({ truth: classes[truth]?.code ?? '', advice, verdict });
    }
    done++;
    terminal.progress(progressBar(done, truths.size, `${done} of ${truths.size} images`));
  }
  if (missing.size > 0) terminal.note(`${missing.size} labels have no image in ${place}.`);
  return { scored, advised, failed };
}

/** What is advised for each picture of `place`; what cannot be read is noted and left out. */
async function adviseStrangers(
  services: ReadingServices,
  place: string | undefined,
  terminal: Terminal,
): Promise<Advice[]> {
  if (place === undefined) return [];
  const advices: Advice[] = [];
  const read = async (image: SourceImage) => {
    try {
      return (await services.read(path.basename(image.place), await image.read())).advice;
    } catch (error) {
      terminal.note(`${image.place}: ${describeError(error).message}`);
      return null;
    }
  };
  const pictures = imagesIn(place, (message) => terminal.note(message));
  for await (const advice of mapOrdered(pictures, imagesUnderWay, read)) {
    if (advice) advices.push(advice);
    terminal.progress(`${advices.length} other pictures`);
  }
  return advices;
}

/** The first image of each label; takes what it finds out of `missing`. */
async function* labelled(images: AsyncIterable<SourceImage>, missing: Map<string, number>) {
  for await (const image of images) {
    const truth = missing.get(image.imageId);
    if (truth === undefined) continue;
    missing.delete(image.imageId);
    yield { image, truth };
    if (missing.size === 0) return;
  }
}

function inOrderOfHead({ reader }: ReadingServices, { probabilities }: LesionReading): number[] {
  const of = new Map(probabilities.map(({ code, probability }) => [code, probability]));
  return reader.model.head.classes.map(({ code }) => of.get(code) ?? 0);
}

function report(
  classes: readonly string[],
  scored: readonly Scored[],
  metrics: Metrics & Partial<AdviceMetrics>,
  imagesPerSecond: number,
): string {
  const figure = (value: number | null) => (value === null ? 'undefined' : value.toFixed(4));
  const width = Math.max(6, ...classes.map((code) => code.length + 1));
  const cells = (values: readonly (string | number)[]) =>
    values.map((value) => String(value).padStart(width)).join('');
  const rows = confusionMatrix(classes.length, scored).map((row, truth) => {
    const code = classes[truth] ?? '';
    return `${cells([code, ...row])}   recall ${figure(metrics.recall[code] ?? null)}`;
  });
  return [
    `images             ${metrics.count}`,
    `accuracy           ${figure(metrics.accuracy)}`,
    `balanced accuracy  ${figure(metrics.balancedAccuracy)}`,
    `macro F1           ${figure(metrics.macroF1)}`,
    `macro AUC          ${figure(metrics.macroAuc)}`,
    `ECE (15 bins)      ${figure(metrics.ece)}`,
    ...adviceLines(metrics, figure),
    `images a second    ${imagesPerSecond.toFixed(1)}`,
    '',
    'Rows: the label. Columns: the most probable class.',
    cells(['', ...classes]),
    ...rows,
  ].join('\n');
}

function adviceLines(
  { referral, conformal, outOfDistribution }: Partial<AdviceMetrics>,
  figure: (value: number | null) => string,
): string[] {
  if (!referral || !conformal) return [];
  const lines = [
    `melanoma referral  ${figure(referral.sensitivity)} sensitivity, ${figure(referral.specificity)} specificity`,
    `possible classes   ${figure(conformal.coverage)} coverage, ${figure(conformal.meanSetSize)} on average`,
  ];
  if (!outOfDistribution) return lines;
  const { auroc, rejected, skinLost } = outOfDistribution;
  const told = `${figure(rejected)} rejected, ${figure(skinLost)} of skin`;
  return [...lines, `other pictures     ${figure(auroc)} AUC, ${told}`];
}
