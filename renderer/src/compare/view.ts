import { type Affine, identity } from '../../../src/registration/index.ts';

/** How pictures lie in their panes, the same in each: zoomed from "whole", and moved from the middle. */
export interface View {
  readonly zoom: number;
  /** In shares of the pane's shorter side, so that panes of two sizes stay together. */
  readonly x: number;
  readonly y: number;
}

/** How a picture is moved by hand: shares of the pane's shorter side at "whole", degrees. */
export interface Alignment {
  readonly x: number;
  readonly y: number;
  readonly turnDeg: number;
  readonly scale: number;
}

/** Where a picture lies by its registration: its points in those of the first, in shares of longer sides. */
export interface Registered {
  readonly affine: Affine;
  readonly reference: Size;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const whole: View = { zoom: 1, x: 0, y: 0 };
export const asTaken: Alignment = { x: 0, y: 0, turnDeg: 0, scale: 1 };

const most = 24;
/** Of a picture, at least so much of the pane's shorter side stays in sight. */
const keptInSight = 0.2;

/** Zooms about a point, given in shares of the shorter side from the pane's middle. */
export function zoomedAbout(view: View, factor: number, at: Point = { x: 0, y: 0 }): View {
  const zoom = Math.min(most, Math.max(1, view.zoom * factor));
  const ratio = zoom / view.zoom;
  return kept({ zoom, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio });
}

export const moved = (view: View, dx: number, dy: number): View =>
  kept({ ...view, x: view.x + dx, y: view.y + dy });

function kept({ zoom, x, y }: View): View {
  const room = zoom / 2 - keptInSight / 2;
  const within = (offset: number) => Math.min(room, Math.max(-room, offset));
  return zoom === 1 ? { zoom, x: 0, y: 0 } : { zoom, x: within(x), y: within(y) };
}

/** The picture's pixels to the pane's: the six numbers of a canvas's transform. */
export function transformOf(
  picture: Size,
  pane: Size,
  view: View,
  alignment: Alignment = asTaken,
  registered?: Registered,
): [a: number, b: number, c: number, d: number, e: number, f: number] {
  const unit = Math.min(pane.width, pane.height);
  const fitOf = ({ width, height }: Size) => Math.min(pane.width / width, pane.height / height);
  const longSide = ({ width, height }: Size) => Math.max(width, height);
  const { a, b, c, d, e, f } = registered?.affine ?? identity;
  // Pixels of the pane for the first picture's longer side, and for a pixel of this one.
  const whole = registered ? fitOf(registered.reference) * longSide(registered.reference) : 0;
  const pixel = registered ? whole / longSide(picture) : fitOf(picture);
  const turn = (alignment.turnDeg * Math.PI) / 180;
  const size = view.zoom * alignment.scale;
  const [cos, sin] = [size * Math.cos(turn), size * Math.sin(turn)];
  const turned = (x: number, y: number) => ({ x: cos * x - sin * y, y: sin * x + cos * y });
  const [right, down] = [turned(pixel * a, pixel * d), turned(pixel * b, pixel * e)];
  const shift = turned(whole * c, whole * f);
  const middle = {
    x: pane.width / 2 + unit * (view.x + view.zoom * alignment.x) + shift.x,
    y: pane.height / 2 + unit * (view.y + view.zoom * alignment.y) + shift.y,
  };
  return [
    right.x,
    right.y,
    down.x,
    down.y,
    middle.x - (right.x * picture.width + down.x * picture.height) / 2,
    middle.y - (right.y * picture.width + down.y * picture.height) / 2,
  ];
}
