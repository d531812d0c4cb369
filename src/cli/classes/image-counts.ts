import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { BridgeClient } from '../../../native-bridge/client/client.ts';
import { loadShippedModel } from '../../clinic/model.ts';
import { Decoder } from '../../imaging/decoder.ts';
import { NodeHost } from '../../processes/node-host.ts';
import { sumCounts, views } from '../../snn/index.ts';
import { describeError, type Terminal } from '../command.ts';
import { FileError } from '../image-file.ts';
import { imagesIn, type SourceImage } from '../image-source.ts';
import { mapOrdered } from '../pipeline.ts';
import { progressBar } from '../terminal.ts';

/** A network, and over how many views its counts are summed. */
export interface CountingNetwork {
  readonly name: string;
  readonly sha256: string;
  readonly file: Uint8Array;
  readonly views: number;
}

/** A network of a file, or else that of a model folder with the views that its head asks for. */
export function countingNetwork(
  file: string | undefined,
  views: number | undefined,
  modelFolder: string | undefined,
): CountingNetwork {
  if (file === undefined) {
    const model = loadShippedModel(modelFolder);
    return {
      name: model.name,
      sha256: model.sha256,
      file: model.file,
      views: views ?? model.head.views,
    };
  }
  const bytes = readFileSync(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name: path.basename(file), sha256, file: bytes, views: views ?? 1 };
}

const imagesUnderWay = 12;
const header = z.object({ networkSha256: z.string(), views: z.int() });
const line = z.object({ imageId: z.string(), counts: z.array(z.int().min(0)) });

/**
 * Spike counts of those images of `place` that are wanted. What is kept in the file `kept` is not
 * counted again, and what is counted is added to it, image by image: counting goes on where it was
 * broken off.
 */
export async function countImages(
  place: string | undefined,
  wanted: ReadonlySet<string>,
  network: CountingNetwork,
  kept: string | undefined,
  terminal: Terminal,
): Promise<Map<string, Int32Array>> {
  const counts = kept === undefined ? new Map() : await keptCounts(kept, network);
  const missing = new Set([...wanted].filter((id) => !counts.has(id)));
  if (place === undefined || missing.size === 0) return counts;
  const host = new NodeHost();
  const [decoder, bridge] = [new Decoder(host), new BridgeClient(host)];
  const file = kept === undefined ? undefined : await open(kept, 'a');
  try {
    if (file && (await file.stat()).size === 0) await file.write(`${firstLine(network)}\n`);
    const { inputShape } = await bridge.load(network);
    const count = async (image: SourceImage) => {
      try {
        const bytes = await image.read();
        const fileName = path.basename(image.place);
        const { tensor } = await decoder.read(bytes, { fileName, tensorSize: inputShape[1] });
        const options = { priority: 'archive' as const, reading: randomUUID() };
        const results = await Promise.all(
          views(tensor, inputShape)
            .slice(0, network.views)
            .map((view) => bridge.infer(network.sha256, view, options)),
        );
        return { image, counts: sumCounts(results.map(({ spikeCounts }) => spikeCounts)) };
      } catch (error) {
        return { image, error: describeError(error) };
      }
    };
    const total = missing.size;
    const images = wantedIn(
      imagesIn(place, (message) => terminal.note(message)),
      missing,
    );
    let done = 0;
    for await (const result of mapOrdered(images, imagesUnderWay, count)) {
      done++;
      if ('error' in result) terminal.note(`${result.image.place}: ${result.error.message}`);
      else {
        const { imageId } = result.image;
        counts.set(imageId, result.counts);
        await file?.write(`${JSON.stringify({ imageId, counts: [...result.counts] })}\n`);
      }
      terminal.progress(progressBar(done, total, `${done} of ${total} images`));
    }
    if (missing.size > 0) terminal.note(`${missing.size} labels have no image in ${place}.`);
    return counts;
  } finally {
    terminal.progress('');
    await file?.close();
    decoder.close();
    bridge.close();
  }
}

/** Takes what it finds out of `missing`. */
async function* wantedIn(images: AsyncIterable<SourceImage>, missing: Set<string>) {
  for await (const image of images) {
    if (!missing.delete(image.imageId)) continue;
    yield image;
    if (missing.size === 0) return;
  }
}

async function keptCounts(
  file: string,
  network: CountingNetwork,
): Promise<Map<string, Int32Array>> {
  const counts = new Map<string, Int32Array>();
  if (!existsSync(file)) return counts;
  let isFirst = true;
  for await (const text of createInterface({
    input: createReadStream(file),
    crlfDelay: Infinity,
  })) {
    if (isFirst) {
      const { networkSha256, views } = parsed(header, text, file);
      if (networkSha256 !== network.sha256 || views !== network.views)
        throw new FileError(
          'not-readable',
          `${file} holds counts of another network or of another number of views. Name another file.`,
        );
      isFirst = false;
    } else if (text !== '') {
      const { imageId, counts: values } = parsed(line, text, file);
      counts.set(imageId, Int32Array.from(values));
    }
  }
  return counts;
}

function parsed<T>(schema: z.ZodType<T>, text: string, file: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new FileError('not-readable', `${file} is damaged. Remove it, or name another file.`);
  }
}

function firstLine({ sha256, views }: CountingNetwork): string {
  return JSON.stringify({ networkSha256: sha256, views });
}
