import { type CheckedImage, commission } from '../clinic/commissioning.ts';
import type { CommissioningReport } from '../clinic/entities/index.ts';
import type { LesionReader } from '../clinic/reader.ts';
import type { ScoringHead } from '../clinic/scoring.ts';
import type { Decoder } from '../imaging/decoder.ts';
import { type Label, readLabels } from '../interchange/labels.ts';
import { readingLabels, StationError } from './errors.ts';

export interface LabelsFile {
  readonly csv: string;
  readonly dxColumn: string;
  /** Empty where images of one lesion are not told. */
  readonly lesionColumn: string;
}

/** What the labels promise, before any image was read. */
export interface Promised {
  /** By the class's code. */
  readonly classes: Readonly<Record<string, number>>;
  /** Labels that the network knows no class for. */
  readonly unknown: number;
}

export type CheckOutcome = 'read' | 'no-label' | 'twice';

/**
 * A trial of the network on labelled images of the clinic. Images pass through memory, are read, and
 * are not kept; labels and readings stay until the report is kept, or another trial begins.
 */
export class CommissioningTrial {
  readonly #decoder: Decoder;
  readonly #reader: LesionReader;
  readonly #activeHead: () => ScoringHead;
  #head: ScoringHead;
  #labels = new Map<string, Label>();
  #checked = new Map<string, CheckedImage>();

  /** @param activeHead what reads in the open clinic */
  constructor(decoder: Decoder, reader: LesionReader, activeHead: () => ScoringHead) {
    this.#decoder = decoder;
    this.#reader = reader;
    this.#activeHead = activeHead;
    this.#head = reader.shipped;
  }

  /** Throws `invalid-input` saying what is wrong with the file. */
  begin({ csv, dxColumn, lesionColumn }: LabelsFile): Promised {
    const labels = readingLabels(() =>
      readLabels(csv, { dx: dxColumn, by: lesionColumn || undefined }),
    );
    this.#head = this.#activeHead();
    const known = new Set(this.#head.classes.map(({ code }) => code));
    const kept = [...labels].filter(([, { dx }]) => known.has(dx));
    this.#labels = new Map(kept);
    this.#checked = new Map();
    const classes: Record<string, number> = {};
    for (const [, { dx }] of kept) classes[dx] = (classes[dx] ?? 0) + 1;
    return { classes, unknown: labels.size - kept.length };
  }

  /** Reads one image, named by its id in the labels. Throws ImagingError, BridgeError. */
  async check(fileName: string, bytes: Uint8Array, signal: AbortSignal): Promise<CheckOutcome> {
    const labels = this.#labels;
    const imageId = fileName.replace(/\.[^.]*$/, '');
    const label = labels.get(imageId);
    if (!label) return 'no-label';
    if (this.#checked.has(imageId)) return 'twice';
    const { tensor, qualityWarnings } = await this.#decoder.read(bytes, {
      fileName,
      tensorSize: this.#reader.inputSizePx,
      signal,
    });
    const options = { qualityWarnings, signal, priority: 'archive', head: this.#head } as const;
    const { probabilities, verdict } = await this.#reader.read(tensor, options);
    // Labels that were replaced meanwhile are another trial's.
    if (labels === this.#labels)
      this.#checked.set(imageId, {
        lesion: label.group || imageId,
        truth: label.dx,
        probabilities,
        verdict,
      });
    return 'read';
  }

  /** Of what was read so far. Throws `invalid-input` where nothing was. */
  report(): CommissioningReport {
    if (this.#checked.size === 0)
      throw new StationError(
        'invalid-input',
        'No image has been read. Choose images whose names are in the labels’ column image_id.',
      );
    return commission(this.#reader.model.name, this.#head, [...this.#checked.values()]);
  }

  end(): void {
    this.#labels = new Map();
    this.#checked = new Map();
  }
}
