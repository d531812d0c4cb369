import { BridgeClient } from '../../native-bridge/client/client.ts';
import { loadShippedModel } from '../clinic/model.ts';
import { LesionReader, type LesionReading } from '../clinic/reader.ts';
import { Decoder } from '../imaging/decoder.ts';
import { NodeHost } from '../processes/node-host.ts';

/** The station's way from image bytes to a reading, for work on many files. */
export interface ReadingServices {
  readonly reader: LesionReader;
  /** @throws ImagingError, BridgeError */
  read(fileName: string, bytes: Uint8Array): Promise<LesionReading>;
  close(): void;
}

/** @param modelFolder another folder with backbone.onnx, head.json and card.json. */
export function openReadingServices(modelFolder?: string): ReadingServices {
  const model = loadShippedModel(modelFolder);
  const host = new NodeHost();
  const decoder = new Decoder(host);
  const bridge = new BridgeClient(host);
  const reader = new LesionReader(bridge, model);
  return {
    reader,
    async read(fileName, bytes) {
      const options = { fileName, tensorSize: model.inputSizePx };
      const { tensor, qualityWarnings } = await decoder.read(bytes, options);
      return reader.read(tensor, { qualityWarnings, priority: 'archive' });
    },
    close() {
      decoder.close();
      bridge.close();
    },
  };
}
