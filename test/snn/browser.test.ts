import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, type EngineKind, elementCount, readNetwork } from '../../src/snn/index.ts';
import { chromiumPath, lacks } from '../requirements.ts';
import { randomIntegers } from './random-network.ts';

const folder = fileURLToPath(new URL('./vectors/', import.meta.url));
const models = readdirSync(folder).filter((name) => /^(?!refused).*\.onnx$/.test(name));
const KINDS: readonly EngineKind[] = ['reference', 'event', 'simd'];

/** src/snn as one script, as it is: no part of Node's or of another package is in it. */
async function bundleSnn(): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('../../src/snn/index.ts', import.meta.url)),
    platform: 'neutral',
    external: () => false,
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'snn' });
  await bundle.close();
  expect(output).toHaveLength(1);
  return output[0].code;
}

/** Answers { kind, file, image } with the spike counts and every output. */
const HANDLER = `
  onmessage = ({ data: { kind, file, image } }) => {
    try {
      const engine = snn.createEngine(kind, snn.readNetwork(Uint8Array.from(file)));
      const { spikeCounts, outputs } = engine.run(Uint8Array.from(image));
      postMessage({ spikeCounts: [...spikeCounts], outputs: outputs.map((one) => [...one]) });
    } catch (error) {
      postMessage({ error: String(error) });
    }
  };`;

/** In the page: starts a worker of the script, asks it once, and ends it. */
const ASK = `
  (request) => new Promise((resolve, reject) => {
    const worker = new Worker(snnWorker);
    worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(request);
  })`;

describe.skipIf(lacks('chromium', 'src/snn in a browser worker'))('in a Chromium worker', () => {
  let browser: Browser | undefined;
  let page: Page;
  let profile: string;

  beforeAll(async () => {
    profile = await mkdtemp(path.join(tmpdir(), 'dermaspike-snn-'));
    const script = JSON.stringify(`${await bundleSnn()}\n${HANDLER}`);
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      env: { ...process.env, HOME: profile },
    });
    page = await browser.newPage();
    await page.evaluate(`globalThis.snnWorker = URL.createObjectURL(new Blob([${script}]))`);
  });

  afterAll(async () => {
    await browser?.close();
    await rm(profile, { recursive: true, force: true });
  });

  test.each(KINDS)('the %s engine gives the same integers as here', async (kind) => {
    const random = randomIntegers(4);
    for (const model of models) {
      const file = readFileSync(`${folder}${model}`);
      const network = readNetwork(file);
      const image = Uint8Array.from({ length: elementCount(network.input.shape) }, () =>
        random(0, 255),
      );
      const { spikeCounts, outputs } = createEngine(kind, network).run(image);
      const request = { kind, file: [...file], image: [...image] };
      expect(await page.evaluate(`(${ASK})(${JSON.stringify(request)})`), model).toEqual({
        spikeCounts: [...spikeCounts],
        outputs: outputs.map((one) => [...one]),
      });
    }
  });
});
