import path from 'node:path';
import type { LesionReading } from '../clinic/reader.ts';
import { type Label, LabelsError } from '../interchange/labels.ts';
import { describeError, type Terminal } from './command.ts';
import { imagesIn, type SourceImage } from './image-source.ts';
import { mapOrdered } from './pipeline.ts';
import type { ReadingServices } from './services.ts';
import { progressBar } from './terminal.ts';

/** Images under way at once, so that decoding and inference overlap. */
export const imagesUnderWay = 12;

/** A labelled image that was read. */
export interface LabelledReading {
  readonly imageId: string;
  readonly label: Label;
  /** Index of its class. */
  readonly truth: number;
  /** In the order of the classes. */
  readonly probabilities: readonly number[];
  readonly reading: LesionReading;
}

/**
 * Reads the images of `place` that have labels. What the head has no class for, what has no image and
 * what cannot be read is noted and left out. Throws LabelsError where no label is known.
 * @returns how many images could not be read, too
 */
export async function readLabelled(
  services: ReadingServices,
  place: string,
  labels: ReadonlyMap<string, Label>,
  terminal: Terminal,
): Promise<{ examples: LabelledReading[]; failed: number }> {
  const codes = services.reader.model.head.classes.map(({ code }) => code);
  const missing = knownLabels(labels, codes, terminal);
  const wanted = missing.size;
  const examples: LabelledReading[] = [];
  let done = 0;
  let failed = 0;
  const read = async ({ image, label }: { image: SourceImage; label: Label }) => {
    try {
      const reading = await services.read(path.basename(image.place), await image.read());
      const of = new Map(reading.probabilities.map((each) => [each.code, each.probability]));
      const probabilities = codes.map((code) => of.get(code) ?? 0);
      const truth = codes.indexOf(label.dx);
      return { imageId: image.imageId, label, truth, probabilities, reading };
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
    else examples.push(result);
    done++;
    terminal.progress(progressBar(done, wanted, `${done} of ${wanted} images`));
  }
  if (missing.size > 0) terminal.note(`${missing.size} labels have no image in ${place}.`);
  return { examples, failed };
}

function knownLabels(
  labels: ReadonlyMap<string, Label>,
  codes: readonly string[],
  terminal: Terminal,
): Map<string, Label> {
  const known = new Map([...labels].filter(([, { dx }]) => codes.includes(dx)));
  const unknown = labels.size - known.size;
  if (unknown > 0)
    terminal.note(`${unknown} labels name a class that the head does not know; left out.`);
  if (known.size === 0) throw new LabelsError('There is no label that the network knows.');
  return known;
}

/** The first image of each label; takes what it finds out of `missing`. */
async function* labelled(images: AsyncIterable<SourceImage>, missing: Map<string, Label>) {
  for await (const image of images) {
    const label = missing.get(image.imageId);
    if (label === undefined) continue;
    missing.delete(image.imageId);
    yield { image, label };
    if (missing.size === 0) return;
  }
}
