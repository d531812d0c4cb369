import { serve } from '../processes/channel.ts';
import { sealDecoder } from '../processes/confinement.ts';
import { parentLink } from '../processes/parent.ts';
import { unsealed } from '../processes/seal/seal.ts';
import { decoderContract } from './contract.ts';
import {
  findRulerIn,
  findWritingIn,
  measureAppearance,
  prepareOutline,
  readImage,
  renderImage,
  snapOutlineIn,
  warmUp,
} from './decode.ts';
import { imagingErrorCodes } from './errors.ts';
import { ownMemoryMib, withinMemory } from './memory.ts';
import { drawOverview, drawPhantom } from './phantom.ts';

/**
 * The decoder process. Bytes come and go over the link: it opens no file but the program's and knows no key, no
 * database and no patient. Its parent gives the memory limit in MiB and kills it at will.
 */
const memoryMib = Number(process.argv[2]);

/** Before there are more threads; not where a sealed one did not start. */
const seal = process.argv[3] === 'unsealed' ? unsealed : sealDecoder();

/** What is compiled with the first picture is not to count against the first file's time. */
const warm = warmUp();

serve(
  parentLink(),
  decoderContract,
  {
    ready: async () => {
      await warm;
      return { memoryMib: ownMemoryMib(), seal };
    },
    read: async ({ fileName, bytes, tensorSize }) => {
      const image = await withinMemory(fileName, memoryMib, () =>
        readImage(fileName, bytes, tensorSize),
      );
      return { ...image, thumbnail: sendable(image.thumbnail) };
    },
    prepareOutline: ({ fileName, bytes, tensorSize }) =>
      withinMemory(fileName, memoryMib, () => prepareOutline(fileName, bytes, tensorSize)),
    appearance: ({ fileName, bytes, outline }) =>
      withinMemory(fileName, memoryMib, () => measureAppearance(fileName, bytes, outline)),
    findRuler: ({ fileName, bytes }) =>
      withinMemory(fileName, memoryMib, () => findRulerIn(fileName, bytes)),
    findWriting: ({ fileName, bytes }) =>
      withinMemory(fileName, memoryMib, () => findWritingIn(fileName, bytes)),
    snapOutline: ({ fileName, bytes, controls }) =>
      withinMemory(fileName, memoryMib, () => snapOutlineIn(fileName, bytes, controls)),
    render: async ({ fileName, bytes, maxSidePx }) => {
      const rendition = await withinMemory(fileName, memoryMib, () =>
        renderImage(fileName, bytes, maxSidePx),
      );
      return { ...rendition, bytes: sendable(rendition.bytes) };
    },
    drawPhantom: async (request) => ({ bytes: sendable(await drawPhantom(request)) }),
    drawOverview: async (request) => ({ bytes: sendable(await drawOverview(request)) }),
  },
  { codes: imagingErrorCodes },
);

/**
 * A copy: libvips in WebAssembly answers in memory that its threads share, and Electron closes a port
 * that is given any of it.
 */
function sendable(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
