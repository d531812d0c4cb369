import { readFile, writeFile } from 'node:fs/promises';
import { commission } from '../clinic/commissioning.ts';
import type { CommissioningReport, Figure } from '../clinic/entities/index.ts';
import { readLabels } from '../interchange/labels.ts';
import { type Command, parseOptions, required } from './command.ts';
import { readLabelled } from './labelled-readings.ts';
import { openReadingServices } from './services.ts';

export const commissionCommand: Command = {
  name: 'commission',
  summary: 'Tells whether the network can be relied upon, from a clinic’s own labelled images.',
  usage:
    '--images DIR_OR_TAR --labels CSV [--fold N] [--dx COLUMN] [--lesion COLUMN] [--report FILE] ' +
    '[--json] [--model-folder DIR]',
  options: [
    '  --images PLACE      folder (searched with its folders and tar archives) or tar archive;',
    '                      an image is named <image_id>.jpg or the like',
    '  --labels FILE       CSV with the columns image_id and dx',
    '  --fold N            only rows whose column fold is N',
    '  --dx COLUMN         the column that says what an image shows, where it is not dx',
    '  --lesion COLUMN     the column that tells which images show the same lesion',
    '  --report FILE       the report as JSON, to keep',
    '  --json              the report as JSON on stdout',
    '  --model-folder DIR  another network: backbone.onnx, head.json and card.json',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string' },
      labels: { type: 'string' },
      fold: { type: 'string' },
      dx: { type: 'string' },
      lesion: { type: 'string' },
      report: { type: 'string' },
      json: { type: 'boolean' },
      'model-folder': { type: 'string' },
    });
    const place = required(values.images, 'images');
    const labelsFile = required(values.labels, 'labels');
    const { fold, dx, lesion: by } = values;
    const labels = readLabels(await readFile(labelsFile, 'utf8'), { fold, dx, by });
    const services = openReadingServices(values['model-folder']);
    try {
      const { examples } = await readLabelled(services, place, labels, terminal);
      const images = examples.map(({ imageId, label, reading }) => ({
        ...{ lesion: label.group || imageId, truth: label.dx },
        ...{ probabilities: reading.probabilities, verdict: reading.verdict },
      }));
      const { model, shipped } = services.reader;
      const report = commission(model.name, shipped, images);
      if (values.report !== undefined)
        await writeFile(values.report, `${JSON.stringify(report)}\n`);
      terminal.out(values.json ? JSON.stringify(report) : inWords(report));
      return report.conclusion === 'fit' || report.conclusion === 'fit-with-threshold' ? 0 : 1;
    } finally {
      terminal.progress('');
      services.close();
    }
  },
};

const conclusions: Record<CommissioningReport['conclusion'], string> = {
  fit: 'Fit: the network does on these images what it promises.',
  'fit-with-threshold': 'Fit with this clinic’s threshold for melanoma.',
  'too-few': 'Not enough images to say.',
  'not-fit': 'Not fit: do not rely on the network with these images.',
};

function inWords(report: CommissioningReport): string {
  const { lesions, threshold } = report;
  const row = (name: string, value: string) => `${name.padEnd(26)}${value}`;
  return [
    conclusions[report.conclusion],
    ...report.reasons.map((reason) => `  ${reason}`),
    '',
    row('network', report.networkName),
    row('images', `${report.images} of ${lesions.all} lesions`),
    row(
      'lesions',
      `${lesions.melanoma} melanomas, ${lesions.malignant} malignant or pre-malignant in all, ` +
        `${lesions.benign} benign`,
    ),
    row('sensitivity', inPercent(report.sensitivity)),
    row('of melanomas', inPercent(report.melanomaSensitivity)),
    row('specificity', inPercent(report.specificity)),
    row('calibration error', inPercent(report.calibrationError)),
    ...(threshold
      ? [
          row(
            'melanoma’s threshold',
            `${threshold.melanoma.toFixed(4)} here, ${threshold.ownMelanoma.toFixed(4)} as shipped`,
          ),
          row('  sensitivity there', inPercent(threshold.melanomaSensitivity)),
          row('  specificity there', inPercent(threshold.specificity)),
        ]
      : []),
    '',
    'In brackets: 95 % intervals by bootstrap over lesions.',
  ].join('\n');
}

function inPercent(figure: Figure | null): string {
  if (!figure) return 'nothing to measure it on';
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
  return `${percent(figure.value)} (${percent(figure.low)} to ${percent(figure.high)})`;
}
