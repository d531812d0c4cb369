import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { BridgeError } from '../../native-bridge/shared/contract.ts';
import { productRoot } from '../processes/dist.ts';
import { type AgeHead, type Head, readAgeHead, readHead, SnnError } from '../snn/index.ts';
import {
  type Foundation,
  foundationOf,
  type ModelStatistics,
  readModelStatistics,
} from '../snn/learning/index.ts';
import { type ModelCard, modelCard } from './card.ts';

/** A network with its head, as one folder holds them. */
export interface ShippedModel {
  readonly name: string;
  /** The quantized ONNX file of the backbone. */
  readonly file: Uint8Array;
  readonly sha256: string;
  readonly head: Head;
  /** `head.json` as it stands. */
  readonly headFile: string;
  readonly headSha256: string;
  /** What a patient's age adds; `null` for a network that came without `age.json`. */
  readonly age: AgeHead | null;
  readonly card: ModelCard;
  readonly inputSizePx: number;
  /** Where it was read from. */
  readonly folder: string;
}

export const shippedModelFolder: string = path.join(productRoot, 'models', 'qana-4');

/**
 * Reads `backbone.onnx`, `head.json`, `card.json` and, where there is one, `age.json`, and checks that
 * they belong together.
 * @throws BridgeError `model-invalid`, naming the file and what is wrong with it.
 */
export function loadShippedModel(folder: string = shippedModelFolder): ShippedModel {
  const file = readPart(folder, 'backbone.onnx');
  const headFile = readPart(folder, 'head.json').toString('utf8');
  const card = parsePart(
    folder,
    'card.json',
    readPart(folder, 'card.json').toString('utf8'),
    (json) => modelCard.parse(json),
  );
  const head = parsePart(folder, 'head.json', headFile, readHead);
  const actual = hash(file);
  if (actual !== card.networkSha256)
    throw invalid(
      folder,
      'backbone.onnx',
      `its SHA-256 is ${actual}, but card.json names ${card.networkSha256}`,
    );
  if (head.networkSha256 !== actual)
    throw invalid(folder, 'head.json', `it belongs to the network ${head.networkSha256}`);
  const headSha256 = hash(headFile);
  return {
    name: card.name,
    file,
    sha256: actual,
    head,
    headFile,
    headSha256,
    age: readAge(folder, head, headSha256),
    card,
    inputSizePx: card.inputSize,
    folder,
  };
}

function readAge(folder: string, head: Head, headSha256: string): AgeHead | null {
  const name = 'age.json';
  if (!existsSync(path.join(folder, name))) return null;
  const text = readPart(folder, name).toString('utf8');
  return parsePart(folder, name, text, (json) => readAgeHead(json, head, headSha256));
}

/**
 * The shipped classes' statistics. `null` for a network that came without `statistics.json`.
 * @throws BridgeError `model-invalid`.
 */
export function loadStatistics({ folder, head }: ShippedModel): ModelStatistics | null {
  const name = 'statistics.json';
  if (!existsSync(path.join(folder, name))) return null;
  const text = readPart(folder, name).toString('utf8');
  return parsePart(folder, name, text, (json) => readModelStatistics(json, head));
}

/**
 * What classes are learned on; `null` where there are no statistics. Takes a third of a second.
 * @throws BridgeError `model-invalid`.
 */
export function loadFoundation(model: ShippedModel): Foundation | null {
  const statistics = loadStatistics(model);
  return statistics && foundationOf(model.head, model.headSha256, statistics);
}

function readPart(folder: string, name: string): Buffer {
  try {
    return readFileSync(path.join(folder, name));
  } catch (error) {
    throw invalid(folder, name, error instanceof Error ? error.message : String(error));
  }
}

function parsePart<T>(folder: string, name: string, text: string, parse: (json: unknown) => T): T {
  try {
    return parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof z.ZodError) throw invalid(folder, name, z.prettifyError(error));
    if (error instanceof SnnError || error instanceof SyntaxError)
      throw invalid(folder, name, error.message);
    throw error;
  }
}

function invalid(folder: string, name: string, reason: string): BridgeError {
  return new BridgeError(
    'model-invalid',
    `The network file ${path.join(folder, name)} cannot be used: ${reason}. ` +
      'Install the program again.',
  );
}

function hash(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
