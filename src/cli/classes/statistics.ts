import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadShippedModel, shippedModelFolder } from '../../clinic/model.ts';
import { modelStatisticsDocument, statisticsOf } from '../../snn/learning/index.ts';
import { type Command, parseOptions, required } from '../command.ts';
import { countingNetwork } from './image-counts.ts';
import { labelledCounts } from './labelled-counts.ts';

export const statisticsCommand: Command = {
  name: 'statistics',
  usage:
    '--images DIR_OR_TAR --labels CSV [--folds N,N] [--source TEXT] [--counts FILE] [--model-folder DIR]',
  options: [
    '  --folds N,N         only rows of these folds: of images that the network did not learn',
    '  --source TEXT       whose images they are; HAM10000, if not given',
    '  --counts FILE       keeps spike counts, so that none is counted twice',
    '  --model-folder DIR  where backbone.onnx and head.json are, and statistics.json is written',
  ],
  summary:
    'Writes a network’s statistics.json, on which classes are learned, from labelled images.',
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string' },
      labels: { type: 'string' },
      folds: { type: 'string' },
      source: { type: 'string', default: 'HAM10000' },
      counts: { type: 'string' },
      'model-folder': { type: 'string' },
    });
    const folder = values['model-folder'] ?? shippedModelFolder;
    const { head, sha256 } = loadShippedModel(folder);
    const source = {
      images: required(values.images, 'images'),
      labels: required(values.labels, 'labels'),
      column: 'dx',
      kept: values.counts,
    };
    const codes = head.classes.map(({ code }) => code);
    const network = countingNetwork(undefined, undefined, folder);
    const folds = values.folds?.split(',');
    const images = await labelledCounts(source, codes, network, terminal, folds);
    const classes = codes.map((code) => {
      const own = images.filter(({ label }) => label === code);
      return {
        code,
        lesions: new Set(own.map(({ lesion }) => lesion)).size,
        statistics: statisticsOf(
          head.featureScale.length,
          own.map(({ counts }) => counts),
        ),
      };
    });
    const document = modelStatisticsDocument({
      networkSha256: sha256,
      views: head.views,
      source: `${values.source}${folds ? `, folds ${folds.join(', ')}` : ''}`,
      classes,
      licence: head.licence,
    });
    const file = path.join(folder, 'statistics.json');
    await writeFile(file, `${JSON.stringify(document)}\n`);
    terminal.out(`${file}: ${images.length} images of ${codes.length} classes.`);
    return 0;
  },
};
