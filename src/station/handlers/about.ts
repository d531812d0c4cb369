import type { ShippedModel } from '../../clinic/model.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { aboutProcedures } from '../contract/about.ts';

/** What the program is. */
export function aboutHandlers(
  model: ShippedModel,
  version: string,
): Handlers<typeof aboutProcedures> {
  return {
    about: () => ({
      version,
      network: {
        name: model.name,
        sha256: model.sha256,
        inputSizePx: model.inputSizePx,
        trained: model.card.trained,
        licence: model.card.licence,
        classes: [...model.head.classes],
        figures: model.card.figures,
        evidence: model.card.evidence,
        data: `${model.card.data.name}; ${model.card.data.split}`,
        limitations: model.card.limitations,
      },
    }),
  };
}
