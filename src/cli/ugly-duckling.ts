import { Random } from '../../native-bridge/shared/random.ts';
import { oddness } from '../clinic/oddness.ts';
import { countingNetwork } from './classes/image-counts.ts';
import { type CountedImage, labelledCounts } from './classes/labelled-counts.ts';
import { type Command, parseOptions, required } from './command.ts';
import { positive } from './trial/report.ts';

/** Of so many made-up patients: how the odd lesion fared among the ordinary ones. */
export interface DucklingRow {
  readonly odd: string;
  readonly others: number;
  /** Share of the patients in which the odd lesion came first. */
  readonly first: number;
  readonly firstByChance: number;
  /** Mean share of the other lesions that came after it. */
  readonly before: number;
}

const ordinary = 'nv';
const oddCodes = ['mel', 'bcc', 'akiec'];
const sizes = [5, 10, 20];

export const uglyDucklingCommand: Command = {
  name: 'ugly-duckling',
  summary: 'Measures how often an odd lesion comes first among naevi, in made-up patients.',
  usage:
    '--labels CSV (--images DIR_OR_TAR | --counts FILE) [--label-column NAME] [--folds N,N] [--patients N] [--json]',
  options: [
    '  --label-column NAME  column of the labels (dx)',
    '  --folds N,N          only rows of these folds: those that the network did not learn',
    '  --counts FILE        keeps spike counts, so that none is counted twice',
    '  --patients N         made up of each kind (2000)',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string' },
      labels: { type: 'string' },
      counts: { type: 'string' },
      'label-column': { type: 'string', default: 'dx' },
      folds: { type: 'string' },
      patients: { type: 'string', default: '2000' },
      json: { type: 'boolean' },
    });
    const images = await labelledCounts(
      {
        images: values.images,
        labels: required(values.labels, 'labels'),
        column: values['label-column'],
        kept: values.counts,
      },
      [ordinary, ...oddCodes],
      countingNetwork(undefined, undefined, undefined),
      terminal,
      values.folds?.split(','),
      'some',
    );
    const rows = ducklings(images, positive(values.patients, 'patients'));
    if (values.json) terminal.out(JSON.stringify({ images: images.length, rows }));
    else for (const row of rows) terminal.out(toLine(row));
    return 0;
  },
};

/** The same for the same images. */
export function ducklings(images: readonly CountedImage[], patients: number): DucklingRow[] {
  const random = new Random(1);
  // One image a lesion: two of the same would not be a patient's others.
  const lesionsSeen = new Map(images.map((image) => [image.lesion, image]));
  const ofCode = (code: string) => [...lesionsSeen.values()].filter(({ label }) => label === code);
  const naevi = ofCode(ordinary);
  return oddCodes.flatMap((odd) => {
    const lesions = ofCode(odd);
    const [first] = lesions;
    if (!first) return [];
    return sizes
      .filter((others) => others <= naevi.length)
      .map((others) => {
        const ranks = Array.from({ length: patients }, () =>
          rankOfFirst([
            lesions[random.below(lesions.length)] ?? first,
            ...drawn(naevi, others, random),
          ]),
        );
        const mean = (of: (rank: number) => number) =>
          ranks.reduce((sum, rank) => sum + of(rank), 0) / patients;
        return {
          odd,
          others,
          first: mean((rank) => (rank === 0 ? 1 : 0)),
          firstByChance: 1 / (others + 1),
          before: mean((rank) => 1 - rank / others),
        };
      });
  });
}

/** How many come before the first of them. */
function rankOfFirst(lesions: readonly CountedImage[]): number {
  const [own = 0, ...others] = oddness(lesions.map(({ counts }) => counts));
  return others.filter((other) => other > own).length;
}

/** So many different ones. */
function drawn(from: readonly CountedImage[], count: number, random: Random): CountedImage[] {
  const chosen = new Set<CountedImage>();
  while (chosen.size < count) {
    const one = from[random.below(from.length)];
    if (one) chosen.add(one);
  }
  return [...chosen];
}

function toLine({ odd, others, first, firstByChance, before }: DucklingRow): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `${odd} among ${others} naevi: first in ${percent(first)} (by chance ${percent(firstByChance)}), before ${percent(before)} of the naevi`;
}
