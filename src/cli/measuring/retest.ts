import type { RgbImage } from '../../imaging/rgb-image.ts';
import {
  type Appearance,
  appearanceOf,
  colourDifference,
  type Polygon,
} from '../../measuring/index.ts';

/** Figures of a lesion’s looks by which pictures are followed. */
const figures = {
  contrast: ({ colour: { lesion, skin } }: Appearance) => skin && colourDifference(lesion, skin),
  variegation: ({ colour }: Appearance) => colour.variegation,
  asymmetry: ({ asymmetry: [along, across] }: Appearance) => (along.shape + across.shape) / 2,
} as const;

/** How much a figure differs between pictures of one lesion: the standard uncertainty of one of them. */
export class Retest {
  readonly #byLesion = new Map<string, Appearance[]>();

  add(lesion: string, picture: RgbImage, outline: Polygon): void {
    const all = this.#byLesion.get(lesion) ?? [];
    this.#byLesion.set(lesion, [...all, appearanceOf(picture, outline)]);
  }

  /** From pictures that follow each other: root mean square of their differences ÷ √2, and its median. */
  get figures() {
    const found = Object.entries(figures).map(([name, of]) => {
      const differences = [...this.#byLesion.values()].flatMap((all) =>
        all.slice(1).flatMap((each, index) => {
          const [before, after] = [all[index] && of(all[index]), of(each)];
          return before === undefined || before === null || after === null ? [] : [after - before];
        }),
      );
      const squares = differences.reduce((sum, each) => sum + each * each, 0);
      const sorted = differences.map(Math.abs).sort((a, b) => a - b);
      return [
        name,
        {
          pairs: differences.length,
          sd: Math.sqrt(squares / differences.length / 2),
          // Of a normal distribution, from the middle of the absolute differences.
          robustSd: (sorted[sorted.length >> 1] ?? 0) / 0.6745 / Math.SQRT2,
        },
      ];
    });
    return Object.fromEntries(found);
  }
}
