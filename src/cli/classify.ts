import path from 'node:path';
import type { ShippedModel } from '../clinic/model.ts';
import type { LesionReading } from '../clinic/reader.ts';
import { reasonNames, verdictHeadlines } from '../clinic/verdict-words.ts';
import { type Command, describeError, parse, UsageError } from './command.ts';
import { readImageFile } from './image-file.ts';
import { mapOrdered } from './pipeline.ts';
import { openReadingServices } from './services.ts';
import { progressBar } from './terminal.ts';

/** Files under way at once: one is decoded while others are read by the network. */
const filesUnderWay = 6;

type Outcome =
  | { readonly file: string; readonly reading: LesionReading }
  | { readonly file: string; readonly error: { code: string; message: string } };

export const classifyCommand: Command = {
  name: 'classify',
  summary: 'Reads each image file and prints its verdict and the probability of each lesion class.',
  usage: 'FILE… [--json] [--model-folder DIR]',
  options: [
    '  --json              one JSON object a file on stdout',
    '  --model-folder DIR  another network: backbone.onnx, head.json and card.json',
  ],
  async run(args, terminal) {
    const { values, positionals: files } = parse(args, {
      json: { type: 'boolean' },
      'model-folder': { type: 'string' },
    });
    if (files.length === 0) throw new UsageError('No file was named.');
    const services = openReadingServices(values['model-folder']);
    const { model } = services.reader;
    const classify = async (file: string): Promise<Outcome> => {
      try {
        const bytes = await readImageFile(file);
        return { file, reading: await services.read(path.basename(file), bytes) };
      } catch (error) {
        return { file, error: describeError(error) };
      }
    };
    let done = 0;
    let failed = 0;
    try {
      if (!values.json) terminal.note('A reading is advice to a clinician, not a diagnosis.');
      for await (const outcome of mapOrdered(files, filesUnderWay, classify)) {
        if ('error' in outcome) failed++;
        if (values.json) terminal.out(JSON.stringify(toJson(outcome, model)));
        else if ('error' in outcome) terminal.note(`${outcome.file}: ${outcome.error.message}`);
        else terminal.out(toText(outcome.file, outcome.reading));
        terminal.progress(progressBar(++done, files.length, `${done} of ${files.length}`));
      }
    } finally {
      terminal.progress('');
      services.close();
    }
    return failed > 0 ? 1 : 0;
  },
};

function toJson(outcome: Outcome, { head }: ShippedModel): object {
  if ('error' in outcome) return outcome;
  const { file, reading } = outcome;
  const probabilityOf = new Map(reading.probabilities.map((each) => [each.code, each.probability]));
  return {
    file,
    verdict: reading.verdict.kind,
    reasons: reading.verdict.reasons,
    top: reading.probabilities[0]?.code,
    probabilities: Object.fromEntries(
      head.classes.map(({ code }) => [code, probabilityOf.get(code)]),
    ),
    network: { name: reading.networkName, sha256: reading.networkSha256 },
    head: { name: reading.headName, sha256: reading.headSha256 },
    accelerator: reading.accelerator,
    durationMs: reading.durationMs,
  };
}

function toText(file: string, { verdict, probabilities }: LesionReading): string {
  const reasons = verdict.reasons.map((reason) => reasonNames[reason]).join('; ');
  const said = verdictHeadlines[verdict.kind] + (reasons && ` (${reasons})`);
  const [first, ...others] = probabilities.map(
    ({ code, name, probability }, rank) =>
      `${rank === 0 ? `${name} (${code})` : code} ${(100 * probability).toFixed(1)} %`,
  );
  return `${file}: ${said}. ${first}; ${others.join(', ')}`;
}
