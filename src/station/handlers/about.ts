import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ShippedModel } from '../../clinic/model.ts';
import type { Handlers } from '../../processes/channel.ts';
import { distFile } from '../../processes/dist.ts';
import { type aboutProcedures, thirdParty } from '../contract/about.ts';
import { diagnostics } from '../diagnostics.ts';
import type { StationContext } from './context.ts';

/** What the program is. */
export function aboutHandlers(
  context: StationContext,
  model: ShippedModel,
  version: string,
): Handlers<typeof aboutProcedures> {
  return {
    'about.diagnostics': () =>
      diagnostics(context, { version, network: `${model.name} ${model.sha256.slice(0, 12)}` }),
    'about.thirdParties': async () =>
      z.array(thirdParty).parse(JSON.parse(await readFile(distFile('third-party.json'), 'utf8'))),
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
