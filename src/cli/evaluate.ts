import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Advice } from '../clinic/entities/index.ts';
import { scoreLesion } from '../clinic/lesion-score.ts';
import { type Label, readLabels } from '../interchange/labels.ts';
import { measureAdvice } from './advice-metrics.ts';
import { measureWithAge } from './age-metrics.ts';
import { type Command, describeError, parseOptions, required, type Terminal } from './command.ts';
import { ageTable, type Evaluation, groupTable, report } from './evaluation-report.ts';
import { imagesIn, type SourceImage } from './image-source.ts';
import { imagesUnderWay, type LabelledReading, readLabelled } from './labelled-readings.ts';
import { measure } from './metrics.ts';
import { mapOrdered } from './pipeline.ts';
import { openReadingServices, type ReadingServices } from './services.ts';
import { measureVerdicts } from './verdict-metrics.ts';

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'Measures the network on labelled images.',
  usage:
    '--images DIR_OR_TAR --labels CSV [--fold N] [--dx COLUMN] [--by COLUMN] [--lesion COLUMN] ' +
    '[--age COLUMN] [--strangers DIR_OR_TAR] [--readings FILE] [--json] [--model-folder DIR]',
  options: [
    '  --images PLACE      folder (searched with its folders and tar archives) or tar archive;',
    '                      an image is named <image_id>.jpg or the like',
    '  --labels FILE       CSV with the columns image_id and dx',
    '  --fold N            only rows whose column fold is N',
    '  --dx COLUMN         the column that says what an image shows, where it is not dx',
    '  --by COLUMN         figures for each value of this column as well',
    '  --lesion COLUMN     figures by lesion as well, over its images; the column that tells lesions',
    '  --age COLUMN        figures with the patient’s age as well, in years where the column says it',
    '  --strangers PLACE   pictures of other things than skin: how many are called unfamiliar',
    '  --readings FILE     what was read of each image, one JSON object a line',
    '  --json              one JSON object on stdout',
    '  --model-folder DIR  another network: backbone.onnx, head.json and card.json',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string' },
      labels: { type: 'string' },
      fold: { type: 'string' },
      dx: { type: 'string' },
      by: { type: 'string' },
      lesion: { type: 'string' },
      age: { type: 'string' },
      strangers: { type: 'string' },
      readings: { type: 'string' },
      json: { type: 'boolean' },
      'model-folder': { type: 'string' },
    });
    const place = required(values.images, 'images');
    const labelsFile = required(values.labels, 'labels');
    const { fold, dx, by, lesion, age } = values;
    const csv = await readFile(labelsFile, 'utf8');
    const labels = readLabels(csv, { fold, dx, by });
    const services = openReadingServices(values['model-folder']);
    try {
      const classes = services.reader.model.head.classes.map(({ code }) => code);
      const startedAt = performance.now();
      const { examples, failed } = await readLabelled(services, place, labels, terminal);
      const seconds = (performance.now() - startedAt) / 1000;
      if (values.readings !== undefined)
        await writeFile(values.readings, examples.map(toLine).join(''));
      const strangers = await adviseStrangers(services, values.strangers, terminal);
      const evaluation = evaluate(services, examples, strangers);
      const imagesPerSecond = seconds > 0 ? examples.length / seconds : 0;
      const groups = by === undefined ? null : evaluateGroups(services, examples);
      const lesions =
        lesion === undefined
          ? null
          : evaluate(
              services,
              lesionsOf(services, examples, readLabels(csv, { fold, dx, by: lesion })),
              [],
            );
      const aged =
        age === undefined
          ? null
          : measureWithAge(
              classes,
              services.reader.model.age,
              examples,
              readLabels(csv, { fold, dx, by: age }),
            );
      if (values.json)
        terminal.out(
          JSON.stringify({
            ...evaluation,
            ...(groups && { by, groups }),
            ...(lesions && { lesions }),
            ...(aged && { age: aged }),
            imagesPerSecond,
          }),
        );
      else {
        terminal.out(report(classes, examples, evaluation, imagesPerSecond));
        if (groups) terminal.out(groupTable(by ?? '', groups));
        if (lesions) terminal.out(groupTable('by lesion', { 'over its images': lesions }));
        if (aged) terminal.out(ageTable(aged));
      }
      return failed > 0 || examples.length === 0 ? 1 : 0;
    } finally {
      terminal.progress('');
      services.close();
    }
  },
};

function evaluate(
  { reader }: ReadingServices,
  examples: readonly LabelledReading[],
  strangers: readonly Advice[],
): Evaluation {
  const { classes } = reader.model.head;
  const codes = classes.map(({ code }) => code);
  const judged = examples.map(({ truth, reading: { advice, verdict } }) => ({
    truth: codes[truth] ?? '',
    advice,
    verdict,
    kind: verdict.kind,
  }));
  const advised = judged.flatMap(({ advice, ...rest }) => (advice ? [{ ...rest, advice }] : []));
  return {
    ...measure(codes, examples),
    verdict: measureVerdicts(classes, judged),
    ...(advised.length > 0 && measureAdvice(advised, strangers)),
  };
}

/** Of each group, in the order of their names. */
function evaluateGroups(
  services: ReadingServices,
  examples: readonly LabelledReading[],
): Record<string, Evaluation> {
  const byGroup = Object.groupBy(examples, ({ label }) => label.group);
  return Object.fromEntries(
    Object.entries(byGroup)
      .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
      .map(([group, of]) => [group, evaluate(services, of ?? [], [])]),
  );
}

/** Each lesion once: over its images where it has several, else as its one image is read. */
function lesionsOf(
  { reader }: ReadingServices,
  examples: readonly LabelledReading[],
  labels: ReadonlyMap<string, Label>,
): LabelledReading[] {
  const byLesion = Map.groupBy(examples, ({ imageId }) => labels.get(imageId)?.group || imageId);
  return [...byLesion.values()].flatMap((images) => {
    const [first] = images;
    if (!first) return [];
    const score = scoreLesion(
      reader.shipped,
      images.map(({ reading: { spikeCounts, advice, verdict } }) => ({
        spikeCounts,
        unfamiliarity: advice?.unfamiliarity ?? null,
        verdict,
      })),
    );
    if (!score) return [first];
    const { probabilities, advice, verdict } = score;
    const reading = { ...first.reading, advice, verdict };
    return [{ ...first, probabilities: [...probabilities], reading }];
  });
}

function toLine({ imageId, probabilities, reading: { verdict, advice } }: LabelledReading): string {
  const { kind, reasons } = verdict;
  return `${JSON.stringify({ imageId, verdict: kind, reasons, probabilities, advice })}\n`;
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
