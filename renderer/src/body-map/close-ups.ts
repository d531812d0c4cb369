import { t } from '../../../src/language/index.ts';
import { faceFeatures } from './close-views.ts';
import { type CloseUp, figures, scaleIn, type View, wholeOf } from './figure.ts';

/** A view, or a part of it, as it is shown. */
export interface Shown {
  readonly name: string;
  /** What a screen reader says of the figure. */
  readonly label: string;
  readonly view: View;
  readonly closeUp: CloseUp;
  readonly features?: string;
  /** Of what is drawn on it, where it is shown smaller or larger than the whole figure. */
  readonly markerSize?: number;
  /** Which sides of the patient are to the left and right of it. */
  readonly sides?: readonly [string, string];
}

const fromFront = ['R', 'L'] as const;
const fromBehind = ['L', 'R'] as const;
const front = (closeUp: CloseUp): Shown => ({
  ...{ name: t('Front'), label: t('Body map, front') },
  ...{ view: 'front', closeUp, sides: fromFront },
});
const back = (closeUp: CloseUp): Shown => ({
  ...{ name: t('{of, select, body {Back} other {}}', { of: 'body' }), label: t('Body map, back') },
  ...{ view: 'back', closeUp, sides: fromBehind },
});
const closely = (
  view: View,
  named: Pick<Shown, 'name' | 'label'>,
  markerSize: number,
  sides?: Shown['sides'],
): Shown => ({
  ...{ ...named, view, closeUp: wholeOf(view), markerSize },
  ...(figures[view].features !== undefined && { features: figures[view].features }),
  ...(sides && { sides }),
});

const head = { x: 75, y: 2, width: 90, height: 96 };
const upper = { x: 22, y: 76, width: 196, height: 222 };
const legs = { x: 64, y: 200, width: 112, height: 280 };
const feet = { x: 70, y: 420, width: 100, height: 60 };

/** What of the body is shown together. */
export const closeUps = {
  whole: [front(wholeOf('front')), back(wholeOf('back'))],
  head: [
    {
      ...{ ...front(head), name: t('Face'), label: t('Body map, face') },
      features: faceFeatures,
    },
    { ...back(head), name: t('From behind'), label: t('Body map, from behind') },
    closely('head-right', { name: t('Right side'), label: t('Body map, right side') }, 1.5),
    closely('head-left', { name: t('Left side'), label: t('Body map, left side') }, 1.5),
    closely(
      'head-top',
      { name: t('From above'), label: t('Body map, from above') },
      1.5,
      fromFront,
    ),
  ],
  upper: [front(upper), back(upper)],
  legs: [front(legs), back(legs)],
  hands: [
    closely('hands', { name: t('Backs'), label: t('Body map, backs') }, 0.6, fromFront),
    closely('palms', { name: t('Palms'), label: t('Body map, palms') }, 0.6, fromFront),
  ],
  feet: [
    {
      ...front(feet),
      name: t('From in front'),
      label: t('Body map, from in front'),
      markerSize: 0.6,
    },
    closely('soles', { name: t('Soles'), label: t('Body map, soles') }, 0.6, fromFront),
  ],
} as const satisfies Record<string, readonly Shown[]>;
export type CloseUpName = keyof typeof closeUps;

export const closeUpNames: Record<CloseUpName, string> = {
  whole: t('Whole'),
  head: t('Head'),
  upper: t('Upper body'),
  legs: t('Legs'),
  hands: t('Hands'),
  feet: t('Feet'),
};

/** By how much less markers are drawn than on the whole figure, so that they look as large. */
export const markerScale = ({ closeUp, markerSize = 1 }: Shown): number =>
  scaleIn(closeUp) * markerSize;
