/** What is measured in a picture of a lesion: outline, millimetres, form and colour. */

export { type Appearance, appearanceOf, type MirrorDifference } from './appearance.ts';
export { boxMeans } from './box-means.ts';
export { brushed } from './brush.ts';
export { colourDifference, type Lab, labOf } from './colour.ts';
export { enlargedField, type Field, type Region, regionsAbove } from './contour.ts';
export { MeasuringError, type MeasuringErrorCode } from './errors.ts';
export { type Axis, longAxis, shortAxis } from './feret.ts';
export { type FoundLesion, type LesionMap, lesionsIn, type Window } from './found.ts';
export { jaccard, type Mask, maskOf } from './mask.ts';
export {
  clearBorder,
  type InPixels,
  inUnits,
  looksError,
  type Measurement,
  measureOutline,
  type OutlineSource,
} from './measure.ts';
export {
  areaOf,
  centroidOf,
  contains,
  isSimple,
  type Point,
  type Polygon,
  perimeterOf,
} from './polygon.ts';
export { coverage95, type Quantity } from './quantity.ts';
export { findRuler, type Ruler, scaleOfRuler } from './ruler.ts';
export {
  areaOn,
  type DeviceProfile,
  type Graduation,
  lengthBetween,
  lengthOf,
  profileOf,
  type Scale,
  type ScaleSource,
  scaleBar,
  scaleOfDevice,
  scaleOfLength,
} from './scale.ts';
export { snapped } from './snap.ts';
export {
  type Controls,
  checkControls,
  controlsFor,
  curveThrough,
  maxControls,
  minControls,
  nearestOnCurve,
  withControl,
  withoutControl,
} from './spline.ts';
