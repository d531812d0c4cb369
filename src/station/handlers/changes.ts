import type { Handlers } from '../../processes/channel.ts';
import type { changeProcedures } from '../contract/changes.ts';
import type { StationContext } from './context.ts';

export function changeHandlers({ changed }: StationContext): Handlers<typeof changeProcedures> {
  return {
    changes: (_, emit) => changed.subscribe((topics) => emit({ topics: [...topics] })),
  };
}
