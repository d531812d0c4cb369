import type { ShippedModel } from '../../clinic/model.ts';
import type { HandlersOf, StationContext } from './context.ts';

/** What the program is, and the audit log. */
export function systemHandlers(
  { session, changed }: StationContext,
  model: ShippedModel,
  version: string,
): HandlersOf<'about' | 'audit.verify' | 'audit.list' | 'changes'> {
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
    'audit.verify': () => session.store.audit.verify(),
    'audit.list': ({ limit }) => session.store.audit.list(limit),
    changes: (_, emit) => changed.subscribe((topics) => emit({ topics: [...topics] })),
  };
}
