import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BridgeClient } from '../../native-bridge/client/client.ts';
import { drawScene } from '../../src/cli/measuring/scene.ts';
import { LesionOutliner, loadOutlineModel, outlineModelFolder } from '../../src/clinic/outliner.ts';
import { fieldOfView } from '../../src/imaging/field-of-view.ts';
import { toWholeTensor } from '../../src/imaging/transform.ts';
import { longAxis } from '../../src/measuring/index.ts';
import { createEngine, type Engine, readNetwork } from '../../src/snn/index.ts';

const model = loadOutlineModel();

/** Answers with the engine's own counts, as the emulator does. */
function bridgeOf(engine: Engine) {
  const loaded = new Set<string>();
  return {
    load: async ({ sha256 }: { sha256: string }) => void loaded.add(sha256),
    infer: async (sha256: string, image: Uint8Array) => {
      if (!loaded.has(sha256)) throw new Error('An image came before its network.');
      return {
        spikeCounts: engine.run(image).spikeCounts,
        accelerator: { kind: 'emulator', name: 'Emulator', version: '1' },
        durationMs: 1,
      };
    },
  } as unknown as BridgeClient;
}

describe('the outline’s network', () => {
  const golden = JSON.parse(readFileSync(path.join(outlineModelFolder, 'golden.json'), 'utf8')) as {
    networkSha256: string;
    inputSize: number;
    cases: { name: string; a: number; b: number; k: number; counts: number[] }[];
  };
  const network = readNetwork(model.file);

  test.each(golden.cases)('gives the same counts in every engine: $name', ({ a, b, k, counts }) => {
    const size = golden.inputSize;
    const image = Uint8Array.from({ length: 3 * size * size }, (_, at) => {
      const [c, y, x] = [Math.floor(at / size / size), Math.floor(at / size) % size, at % size];
      return (a * x + b * y + 37 * c + x * y * k) & 255;
    });
    for (const kind of ['event', 'simd'] as const)
      expect([...createEngine(kind, network).run(image).spikeCounts]).toEqual(counts);
  });

  test('has as many spike counts as its card says cells', () => {
    expect(golden.networkSha256).toBe(model.sha256);
    expect(golden.cases[0]?.counts).toHaveLength(model.card.mapSize ** 2);
  });

  test('outlines a drawn lesion to a tenth of its length', async () => {
    const scene = { widthPx: 800, heightPx: 600, pxPerMm: 40, ruler: null, seed: 4 };
    const lesion = { x: 420, y: 290, a: 4, b: 2.5, degrees: 20 };
    const picture = drawScene({ ...scene, lesion });
    const field = fieldOfView(picture);
    const outliner = new LesionOutliner(bridgeOf(createEngine('simd', network)), model);
    const tensor = toWholeTensor(picture, outliner.inputSizePx, field);
    const [found] = await outliner.outline({ widthPx: 800, heightPx: 600, field, tensor });
    expect(longAxis(found?.outline ?? []).lengthPx / 320).toBeCloseTo(1, 1);
    expect(found?.isCut).toBe(false);
  });

  test.each([
    ['inputSize', [8, 1024], [7, 1025, 8.5]],
    ['mapSize', [2, 1024], [1, 1025, 2.5]],
    ['level', [0, 0.5], [-0.5]],
  ] as const)('is refused with a card whose %s makes no sense', (name, good, bad) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'outline-'));
    const card = readFileSync(path.join(outlineModelFolder, 'card.json'), 'utf8');
    writeFileSync(path.join(folder, 'network.onnx'), model.file);
    const loading = (value: number) => () => {
      const changed = JSON.stringify({ ...JSON.parse(card), [name]: value });
      writeFileSync(path.join(folder, 'card.json'), changed);
      return loadOutlineModel(folder).card[name];
    };
    for (const value of good) expect(loading(value)()).toBe(value);
    for (const value of bad) expect(loading(value)).toThrow(name);
  });

  test('is refused when file and card do not belong together', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'outline-'));
    expect(() => loadOutlineModel(folder)).toThrow('cannot be used');
    for (const name of ['card.json', 'network.onnx'])
      writeFileSync(path.join(folder, name), readFileSync(path.join(outlineModelFolder, name)));
    expect(loadOutlineModel(folder).sha256).toBe(model.sha256);
    writeFileSync(path.join(folder, 'network.onnx'), 'something else');
    expect(() => loadOutlineModel(folder)).toThrow('but card.json names');
  });
});
