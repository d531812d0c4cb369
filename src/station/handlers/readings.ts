import type { Handlers } from '../../processes/channel.ts';
import type { readingProcedures } from '../contract/readings.ts';
import type { StationContext } from './context.ts';

export function readingHandlers({
  importer,
  changed,
}: StationContext): Handlers<typeof readingProcedures> {
  return {
    'readings.read': async ({ imageId }, { signal }) => {
      const reading = await importer.readAgain(imageId, signal);
      changed.emit(['readings']);
      return reading;
    },
  };
}
