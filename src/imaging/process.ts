import { serve } from '../processes/channel.ts';
import { parentLink } from '../processes/parent.ts';
import { decoderContract } from './contract.ts';
import { readImage, renderImage } from './decode.ts';
import { imagingErrorCodes } from './errors.ts';
import { ownMemoryMib, withinMemory } from './memory.ts';
import { drawPhantom } from './phantom.ts';

/**
 * The decoder process. Bytes come and go over the link: it opens no file and knows no key, no
 * database and no patient. Its parent gives the memory limit in MiB and kills it at will.
 */
const memoryMib = Number(process.argv[2]);

serve(
  parentLink(),
  decoderContract,
  {
    ready: () => ({ memoryMib: ownMemoryMib() }),
    read: ({ fileName, bytes, tensorSize }) =>
      withinMemory(fileName, memoryMib, () => readImage(fileName, bytes, tensorSize)),
    render: ({ fileName, bytes, maxSidePx }) =>
      withinMemory(fileName, memoryMib, () => renderImage(fileName, bytes, maxSidePx)),
    drawPhantom: async (request) => ({ bytes: await drawPhantom(request) }),
  },
  { codes: imagingErrorCodes },
);
