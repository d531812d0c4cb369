import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadShippedModel, shippedModelFolder } from '../../src/clinic/model.ts';

const earlier = path.join(path.dirname(shippedModelFolder), 'qana-3');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-model-'));
  for (const name of ['backbone.onnx', 'head.json', 'card.json', 'age.json'])
    cpSync(path.join(shippedModelFolder, name), path.join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const change = (name: string, by: (json: Record<string, unknown>) => object) => {
  const file = path.join(folder, name);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(text), ...by(JSON.parse(text)) }));
};
const refused = (name: string) =>
  expect.objectContaining({
    code: 'model-invalid',
    message: expect.stringContaining(path.join(folder, name)),
  });

test.each(['backbone.onnx', 'head.json'])(
  'a model folder whose %s is another network’s is refused by that file’s name',
  (name) => {
    cpSync(path.join(earlier, name), path.join(folder, name));
    expect(() => loadShippedModel(folder)).toThrow(refused(name));
  },
);

test('a model folder whose card is another network’s is refused', () => {
  cpSync(path.join(earlier, 'card.json'), path.join(folder, 'card.json'));
  expect(() => loadShippedModel(folder)).toThrow(refused('backbone.onnx'));
});

test('an age.json that was made for another head is refused by name', () => {
  change('head.json', () => ({ temperature: 2 }));
  expect(() => loadShippedModel(folder)).toThrow(refused('age.json'));
});

test('a network without age.json is read without age', () => {
  rmSync(path.join(folder, 'age.json'));
  expect(loadShippedModel(folder).age).toBeNull();
  expect(loadShippedModel().age).not.toBeNull();
});
