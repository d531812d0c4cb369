import {
  asHash,
  asList,
  asRecord,
  asText,
  asWhole,
  invalid,
  readDocument,
} from '../head/fields.ts';
import type { Head } from '../head/head.ts';
import { RELEASED_UNIT, type ReleasedStatistics, released, restored } from './released.ts';
import { type ClassStatistics, triangle } from './statistics.ts';

/** What ships beside a network instead of its images: released statistics of each class. */
export interface ModelStatistics {
  readonly networkSha256: string;
  readonly views: Head['views'];
  /** Whose images they are of, for people. */
  readonly source: string;
  readonly classes: readonly KnownClass[];
  readonly licence: string;
}

export interface KnownClass {
  readonly code: string;
  readonly lesions: number;
  readonly statistics: ClassStatistics;
}

const FORMAT = 'dermaspike-statistics';
const VERSION = 1;
const MAX_CLASSES = 4_096;
const MAX_FEATURES = 4_096;
const MAX_IMAGES = 8_388_608;

/**
 * Reads the parsed content of a statistics.json. Throws SnnError 'statistics-invalid' naming the field,
 * also where they are another network's or of other classes than the head's.
 */
export function readModelStatistics(json: unknown, head: Head): ModelStatistics {
  return readDocument('statistics-invalid', 'statistics.json', () => {
    const document = asRecord(json, 'the document');
    if (document.format !== FORMAT) {
      throw invalid('format', `is ${JSON.stringify(document.format)}, not "${FORMAT}"`);
    }
    if (document.version !== VERSION) {
      const found = JSON.stringify(document.version);
      throw invalid('version', `${found} is not supported; ${VERSION} is`);
    }
    const networkSha256 = asHash(document.networkSha256, 'networkSha256');
    if (networkSha256 !== head.networkSha256) {
      throw invalid('networkSha256', `is another network's, not ${head.networkSha256}`);
    }
    if (document.views !== head.views) throw invalid('views', `is not ${head.views}`);
    const features = asWhole(document.features, 'features', 1, MAX_FEATURES);
    if (features !== head.featureScale.length) {
      throw invalid('features', `is ${features}; the head reads ${head.featureScale.length}`);
    }
    const classes = asList(document.classes, 'classes', MAX_CLASSES).map((each, index) =>
      asKnownClass(each, `classes[${index}]`, features),
    );
    const codes = head.classes.map(({ code }) => code);
    if (classes.map(({ code }) => code).join() !== codes.join()) {
      throw invalid('classes', `is not ${codes.join(', ')}`);
    }
    return {
      networkSha256,
      views: head.views,
      source: asText(document.source, 'source'),
      classes,
      licence: asText(document.licence, 'licence'),
    };
  });
}

/** A class's part of the document. Throws RangeError for a class of fewer than two images. */
export function knownClassDocument({ code, lesions, statistics }: KnownClass): object {
  const { mean, deviation, correlations, ...others } = released(statistics);
  return {
    code,
    lesions,
    ...others,
    mean: [...mean],
    deviation: [...deviation],
    correlations: [...correlations],
  };
}

/** As a reader of its document has it. */
export function asReleased({ code, lesions, statistics }: KnownClass): KnownClass {
  return { code, lesions, statistics: restored(released(statistics)) };
}

/** The document: what `readModelStatistics` reads. */
export function modelStatisticsDocument(statistics: ModelStatistics): object {
  const { networkSha256, views, source, classes, licence } = statistics;
  return {
    format: FORMAT,
    version: VERSION,
    networkSha256,
    views,
    features: classes[0]?.statistics.features ?? 0,
    source,
    classes: classes.map(knownClassDocument),
    licence,
  };
}

/** Throws what `readDocument` turns into an SnnError. */
export function asKnownClass(value: unknown, field: string, features: number): KnownClass {
  const entry = asRecord(value, field);
  const images = asWhole(entry.images, `${field}.images`, 2, MAX_IMAGES);
  const unit = asWhole(entry.correlationUnit, `${field}.correlationUnit`, 1, MAX_IMAGES);
  const most = 32_767 * RELEASED_UNIT;
  const summary: ReleasedStatistics = {
    images,
    mean: asIntegers(entry.mean, `${field}.mean`, features, 0, most),
    deviation: asIntegers(entry.deviation, `${field}.deviation`, features, 0, most),
    correlations: asIntegers(
      entry.correlations,
      `${field}.correlations`,
      triangle(features) - features,
      -unit,
      unit,
    ),
    correlationUnit: unit,
  };
  return {
    code: asText(entry.code, `${field}.code`),
    lesions: asWhole(entry.lesions, `${field}.lesions`, 1, images),
    statistics: restored(summary),
  };
}

function asIntegers(
  value: unknown,
  field: string,
  length: number,
  least: number,
  most: number,
): Int32Array {
  if (!Array.isArray(value) || value.length !== length) {
    throw invalid(field, `is no list of ${length} numbers`);
  }
  return Int32Array.from(value, (each: unknown, at) =>
    asWhole(each, `${field}[${at}]`, least, most),
  );
}
