/** Alignment of two pictures of the same lesion. */
export {
  type Affine,
  apply,
  compose,
  identity,
  invert,
  type Point,
  scaleOf,
  similarity,
  turnOf,
} from './affine.ts';
export type { Picture } from './level.ts';
export { type Mapping, mapped, type Warp } from './mapping.ts';
export {
  type Alignment,
  type Evidence,
  type Prepared,
  pointInOther,
  prepare,
  type Refusal,
  type RefusalReason,
  type Registration,
  register,
} from './register.ts';
