import { ln } from '../ln.ts';
import { softmax } from './classify.ts';
import {
  asHash,
  asNumber,
  asPositive,
  asRecord,
  asText,
  asVector,
  invalid,
  readDocument,
} from './fields.ts';
import type { Head } from './head.ts';

/** What a patient's age adds to the probabilities of one head. K classes, in that head's order. */
export interface AgeHead {
  readonly name: string;
  readonly middle: number;
  readonly unit: number;
  /** Ages beyond these count as these: none were learned from. */
  readonly from: number;
  readonly to: number;
  readonly offset: Float64Array;
  readonly linear: Float64Array;
  readonly square: Float64Array;
  readonly temperature: number;
}

const FORMAT = 'dermaspike-age';
const VERSION = 1;
/** A probability is taken as at least this much. */
const LEAST = 1e-12;

/**
 * Reads the parsed content of an age.json. Throws SnnError 'age-invalid' naming the field, also where
 * it was made for another head.
 */
export function readAgeHead(json: unknown, head: Head, headSha256: string): AgeHead {
  return readDocument('age-invalid', 'age.json', () => {
    const age = asRecord(json, 'the document');
    if (age.format !== FORMAT)
      throw invalid('format', `is ${JSON.stringify(age.format)}, not "${FORMAT}"`);
    if (age.version !== VERSION)
      throw invalid('version', `${JSON.stringify(age.version)} is not supported; ${VERSION} is`);
    if (asHash(age.networkSha256, 'networkSha256') !== head.networkSha256)
      throw invalid('networkSha256', 'is that of another network');
    if (asHash(age.headSha256, 'headSha256') !== headSha256)
      throw invalid('headSha256', 'is that of another head');
    const codes = head.classes.map(({ code }) => code);
    if (JSON.stringify(age.classes) !== JSON.stringify(codes))
      throw invalid('classes', `are not ${codes.join(', ')}`);
    const span = asRecord(age.age, 'age');
    const [from, to] = [asNumber(span.from, 'age.from'), asNumber(span.to, 'age.to')];
    if (!(from < to)) throw invalid('age', `goes from ${from} to ${to}`);
    return {
      name: asText(age.name, 'name'),
      middle: asNumber(span.middle, 'age.middle'),
      unit: asPositive(span.unit, 'age.unit'),
      from,
      to,
      offset: asVector(age.offset, 'offset', codes.length),
      linear: asVector(age.linear, 'linear', codes.length),
      square: asVector(age.square, 'square', codes.length),
      temperature: asPositive(age.temperature, 'temperature'),
    };
  });
}

/**
 * The image's own probabilities together with how common each class is at that age, bit for bit the
 * same on every host:
 *
 *     x = (min(max(years, from), to) − middle) / unit
 *     p = softmax((ln p_image + offset + linear·x + square·(x² − 1)) / temperature)
 */
export function withAge(
  age: AgeHead,
  probabilities: ArrayLike<number>,
  years: number,
): Float64Array {
  const { middle, unit, from, to, offset, linear, square, temperature } = age;
  const x = (Math.min(Math.max(years, from), to) - middle) / unit;
  const scores = offset.map((start, index) => {
    const image = ln(Math.max(probabilities[index] ?? 0, LEAST));
    const said = start + (linear[index] ?? 0) * x + (square[index] ?? 0) * (x * x - 1);
    return (image + said) / temperature;
  });
  return softmax(scores);
}
