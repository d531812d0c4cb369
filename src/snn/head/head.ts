import { SnnError } from '../errors.ts';

/**
 * What turns spike counts into class probabilities, on the host: normalization, a
 * squeeze-and-excitation gate, a linear classifier, a prior adjustment and a temperature.
 * C spike counts, R gate units, K classes.
 */
export interface Head {
  readonly name: string;
  /** SHA-256 of the network file whose spike counts this head reads. */
  readonly networkSha256: string;
  readonly classes: readonly HeadClass[];
  readonly featureScale: Float64Array;
  readonly featureOffset: Float64Array;
  readonly squeezeExcitation: { readonly reduce: Affine; readonly expand: Affine };
  readonly classifier: Affine;
  readonly temperature: number;
  readonly priorAdjustment: Float64Array;
  readonly licence: string;
}

export interface HeadClass {
  readonly code: string;
  readonly name: string;
}

/** `weights · x + bias`; weights row by row. */
export interface Affine {
  readonly rows: number;
  readonly columns: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

const FORMAT = 'dermaspike-head';
const VERSION = 1;
const MAX_FEATURES = 65_536;
const MAX_CLASSES = 4_096;

/**
 * Reads the parsed content of a head.json. Every length is checked against the others and
 * every number for finiteness; throws SnnError 'head-invalid' naming the field.
 */
export function readHead(json: unknown): Head {
  const head = asRecord(json, 'the head');
  if (head.format !== FORMAT) {
    throw invalid('format', `is ${JSON.stringify(head.format)}, not "${FORMAT}"`);
  }
  if (head.version !== VERSION) {
    throw invalid('version', `${JSON.stringify(head.version)} is not supported; ${VERSION} is`);
  }
  const networkSha256 = asText(head.networkSha256, 'networkSha256');
  if (!/^[0-9a-f]{64}$/.test(networkSha256)) {
    throw invalid('networkSha256', 'is not 64 lower-case hexadecimal digits');
  }
  const classes = asClasses(head.classes);
  const featureScale = asVector(head.featureScale, 'featureScale');
  const features = featureScale.length;
  if (features < 1 || features > MAX_FEATURES) {
    throw invalid('featureScale', `has ${features} values`);
  }
  const gate = asRecord(head.squeezeExcitation, 'squeezeExcitation');
  const reduce = asAffine(gate.reduce, 'squeezeExcitation.reduce', undefined, features);
  const temperature = asNumber(head.temperature, 'temperature');
  if (!(temperature > 0)) throw invalid('temperature', `is ${temperature}, not above 0`);
  return {
    name: asText(head.name, 'name'),
    networkSha256,
    classes,
    featureScale,
    featureOffset: asVector(head.featureOffset, 'featureOffset', features),
    squeezeExcitation: {
      reduce,
      expand: asAffine(gate.expand, 'squeezeExcitation.expand', features, reduce.rows),
    },
    classifier: asAffine(head.classifier, 'classifier', classes.length, features),
    temperature,
    priorAdjustment: asVector(head.priorAdjustment, 'priorAdjustment', classes.length),
    licence: asText(head.licence, 'licence'),
  };
}

function asClasses(value: unknown): HeadClass[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_CLASSES) {
    throw invalid('classes', `is no list of 1…${MAX_CLASSES} classes`);
  }
  const classes = value.map((each: unknown, index) => {
    const entry = asRecord(each, `classes[${index}]`);
    return {
      code: asText(entry.code, `classes[${index}].code`),
      name: asText(entry.name, `classes[${index}].name`),
    };
  });
  if (new Set(classes.map(({ code }) => code)).size !== classes.length) {
    throw invalid('classes', 'has the same code twice');
  }
  return classes;
}

function asAffine(
  value: unknown,
  field: string,
  expectedRows: number | undefined,
  columns: number,
): Affine {
  const affine = asRecord(value, field);
  const matrix = affine.weights;
  const rows = expectedRows ?? (Array.isArray(matrix) ? matrix.length : 0);
  if (!Array.isArray(matrix) || matrix.length !== rows || rows < 1 || rows > MAX_FEATURES) {
    throw invalid(`${field}.weights`, `does not have ${expectedRows ?? '1 or more'} rows`);
  }
  const weights = new Float64Array(rows * columns);
  for (const [row, values] of matrix.entries()) {
    weights.set(asVector(values, `${field}.weights[${row}]`, columns), row * columns);
  }
  return { rows, columns, weights, bias: asVector(affine.bias, `${field}.bias`, rows) };
}

function asVector(value: unknown, field: string, length?: number): Float64Array {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    throw invalid(field, `is no list of ${length ?? 'numbers'}${length ? ' numbers' : ''}`);
  }
  return Float64Array.from(value, (each: unknown, index) => asNumber(each, `${field}[${index}]`));
}

function asNumber(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw invalid(field, 'is no finite number');
  }
  return value;
}

function asText(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(field, 'is no text');
  return value;
}

function asRecord(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(field, 'is no object');
  }
  return value as Readonly<Record<string, unknown>>;
}

function invalid(field: string, detail: string): SnnError {
  return new SnnError('head-invalid', `head.json: ${field} ${detail}`);
}
