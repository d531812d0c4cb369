import { useState } from 'react';
import type { Shown } from './close-ups.ts';
import { type CloseUp, closer, middleOf } from './figure.ts';
import type { Point } from './shapes.ts';

/** Each step shows two thirds as much. */
const stepFactor = 1.5;
const mostSteps = 3;

export interface MapZoom {
  readonly isWhole: boolean;
  readonly isClosest: boolean;
  /** What of a figure is seen. */
  readonly closeUpOf: (figure: number) => CloseUp;
  readonly closer: () => void;
  readonly wider: () => void;
  /** About a point of a figure. */
  readonly closerAt: (figure: number, point: Point, step: 1 | -1) => void;
  /** Brings a point of a figure into the middle, as far as there is more to see. */
  readonly centre: (figure: number, point: Point) => void;
}

/** How closely the figures are looked at: all of them alike, each about a point of its own. */
export function useMapZoom(shown: readonly Shown[]): MapZoom {
  const [steps, setSteps] = useState(0);
  const [centres, setCentres] = useState<ReadonlyMap<number, Point>>(new Map());
  const centre = (figure: number, point: Point) =>
    setCentres((before) => new Map(before).set(figure, point));
  const go = (step: 1 | -1) =>
    setSteps((before) => Math.max(0, Math.min(mostSteps, before + step)));
  return {
    isWhole: steps === 0,
    isClosest: steps === mostSteps,
    closeUpOf: (figure) => {
      const { closeUp } = shown[figure] ?? { closeUp: { x: 0, y: 0, width: 1, height: 1 } };
      return closer(closeUp, stepFactor ** steps, centres.get(figure) ?? middleOf(closeUp));
    },
    closer: () => go(1),
    wider: () => go(-1),
    closerAt: (figure, point, step) => {
      centre(figure, point);
      go(step);
    },
    centre,
  };
}
