import { type Calibration, readCalibration } from './calibration.ts';
import {
  asHash,
  asMatrix,
  asOneOf,
  asPositive,
  asRecord,
  asText,
  asVector,
  invalid,
  readDocument,
} from './fields.ts';
import { VIEW_CHOICES, type ViewChoice } from './views.ts';

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
  /** Over how many of an image's views the spike counts are summed. */
  readonly views: ViewChoice;
  /** `null` in a head of version 1, which has none. */
  readonly calibration: Calibration | null;
  readonly licence: string;
}

export interface HeadClass {
  readonly code: string;
  readonly name: string;
  readonly gravity: Gravity;
}

/** How serious what a class names is. */
export type Gravity = (typeof GRAVITIES)[number];

/** `weights · x + bias`; weights row by row. */
export interface Affine {
  readonly rows: number;
  readonly columns: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

const FORMAT = 'dermaspike-head';
/**
 * 1: one view, no calibration. 2, whose calibration knew no appearance, was never released. 3: its
 * classes say nothing of their gravity, its calibration nothing of malignancy as a whole.
 */
const VERSIONS: readonly unknown[] = [1, 3, 4];
export const GRAVITIES = ['malignant', 'pre-malignant', 'benign'] as const;
/** Of the classes of heads before version 4; what is not known to be harmless counts as malignant. */
const EARLIER_GRAVITIES: Readonly<Record<string, Gravity>> = {
  akiec: 'pre-malignant',
  bkl: 'benign',
  df: 'benign',
  nv: 'benign',
  vasc: 'benign',
};
const MAX_FEATURES = 65_536;
const MAX_CLASSES = 4_096;

/**
 * Reads the parsed content of a head.json. Every length is checked against the others and
 * every number for finiteness; throws SnnError 'head-invalid' naming the field.
 */
export function readHead(json: unknown): Head {
  return readDocument('head-invalid', 'head.json', () => asHead(json));
}

function asHead(json: unknown): Head {
  const head = asRecord(json, 'the head');
  if (head.format !== FORMAT) {
    throw invalid('format', `is ${JSON.stringify(head.format)}, not "${FORMAT}"`);
  }
  if (!VERSIONS.includes(head.version)) {
    const supported = VERSIONS.join(', ');
    throw invalid('version', `${JSON.stringify(head.version)} is not supported; ${supported} are`);
  }
  const knowsMalignancy = head.version === 4;
  const classes = asClasses(head.classes, knowsMalignancy);
  const codes = classes.map(({ code }) => code);
  const featureScale = asVector(head.featureScale, 'featureScale');
  const features = featureScale.length;
  if (features < 1 || features > MAX_FEATURES) {
    throw invalid('featureScale', `has ${features} values`);
  }
  const gate = asRecord(head.squeezeExcitation, 'squeezeExcitation');
  const reduce = asAffine(gate.reduce, 'squeezeExcitation.reduce', undefined, features);
  return {
    name: asText(head.name, 'name'),
    networkSha256: asHash(head.networkSha256, 'networkSha256'),
    classes,
    featureScale,
    featureOffset: asVector(head.featureOffset, 'featureOffset', features),
    squeezeExcitation: {
      reduce,
      expand: asAffine(gate.expand, 'squeezeExcitation.expand', features, reduce.rows),
    },
    classifier: asAffine(head.classifier, 'classifier', classes.length, features),
    temperature: asPositive(head.temperature, 'temperature'),
    priorAdjustment: asVector(head.priorAdjustment, 'priorAdjustment', classes.length),
    views: head.version === 1 ? 1 : asViews(head.views),
    calibration:
      head.version === 1
        ? null
        : readCalibration(head.calibration, codes, features, knowsMalignancy),
    licence: asText(head.licence, 'licence'),
  };
}

function asViews(value: unknown): Head['views'] {
  const choice = VIEW_CHOICES.find((each) => each === value);
  if (choice) return choice;
  throw invalid('views', `is ${JSON.stringify(value)}, none of ${VIEW_CHOICES.join(', ')}`);
}

function asClasses(value: unknown, knowsMalignancy: boolean): HeadClass[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_CLASSES) {
    throw invalid('classes', `is no list of 1…${MAX_CLASSES} classes`);
  }
  const classes = value.map((each: unknown, index) => {
    const entry = asRecord(each, `classes[${index}]`);
    const code = asText(entry.code, `classes[${index}].code`);
    return {
      code,
      name: asText(entry.name, `classes[${index}].name`),
      gravity: knowsMalignancy
        ? asOneOf(entry.gravity, `classes[${index}].gravity`, GRAVITIES)
        : (EARLIER_GRAVITIES[code] ?? 'malignant'),
    };
  });
  if (new Set(classes.map(({ code }) => code)).size !== classes.length) {
    throw invalid('classes', 'has the same code twice');
  }
  return classes;
}

export function asAffine(
  value: unknown,
  field: string,
  expectedRows: number | undefined,
  columns: number,
): Affine {
  const affine = asRecord(value, field);
  const limits = { least: expectedRows ?? 1, most: expectedRows ?? MAX_FEATURES };
  const { rows, values } = asMatrix(affine.weights, `${field}.weights`, columns, limits);
  return { rows, columns, weights: values, bias: asVector(affine.bias, `${field}.bias`, rows) };
}
